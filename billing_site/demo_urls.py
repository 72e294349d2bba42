"""Doors that exist in the demo only: its mail, its clock."""

from __future__ import annotations

from django.urls import path

from billing_site import views
from billing_site.platform.urls import demo_urlpatterns

urlpatterns = [path("clock/", views.demo_clock, name="demo-clock"), *demo_urlpatterns]

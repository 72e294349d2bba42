"""Doors that exist in the demo only: its mail, its clock."""

from __future__ import annotations

from billing_site.platform.urls import demo_urlpatterns

urlpatterns = [*demo_urlpatterns]

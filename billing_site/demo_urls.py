"""Doors that exist in the demo only: its mail, its clock, and what goes wrong in its sandbox."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from billing_site.demo_clock import demo_clock
from billing_site.platform.urls import demo_urlpatterns

urlpatterns = [path("clock/", demo_clock, name="demo-clock"), *demo_urlpatterns]
if settings.PAYMENTS_SANDBOX:
    from payments.gateways.sandbox.views import trouble

    urlpatterns.append(path("trouble/", trouble, name="demo-trouble"))

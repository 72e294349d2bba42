from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from billing_site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.landing, name="landing"),
    path("health/", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
for app in (
    "billing_site.people",
    "billing_site.platform",
    "payments",
    "payments.gateways.sandbox",
    "invoices",
):
    if find_spec(f"{app}.urls"):
        urlpatterns.append(path("", include(f"{app}.urls")))
if settings.DEMO and find_spec("billing_site.platform.urls"):
    urlpatterns.append(path("demo/", include("billing_site.demo_urls")))

handler400 = "billing_site.views.bad_request"
handler403 = "billing_site.views.forbidden"
handler404 = "billing_site.views.not_found"
handler500 = "billing_site.views.broken"

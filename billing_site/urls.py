from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from billing_site import dashboards, searching, views
from billing_site.people.views import sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.landing, name="landing"),
    path("home/", dashboards.home, name="home"),
    path("search/", searching.search, name="search"),
    path("health/", views.health, name="health"),
    path("accounts/sessions/", sessions.index, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("billing_site.people.urls")),
    path("", include("billing_site.platform.urls")),
    path("", include("payments.urls")),
    path("", include("invoices.urls")),
    path("", include("disputes.urls")),
    path("", include("records.urls")),
]
if settings.PAYMENTS_SANDBOX:
    urlpatterns.append(path("", include("payments.gateways.sandbox.urls")))
if settings.DEMO:
    urlpatterns.append(path("demo/", include("billing_site.demo_urls")))

handler400 = "billing_site.views.bad_request"
handler403 = "billing_site.views.forbidden"
handler404 = "billing_site.views.not_found"
handler500 = "billing_site.views.broken"

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from billing_site.people import step_up
from billing_site.platform.models import LawCheck


class BillingAdminSite(admin.AdminSite):
    """The desk. Staff sign in where everybody does, with a second factor."""

    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "Desk"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """The middleware has asked already; a site that is mounted elsewhere asks again."""
        return super().has_permission(request) and step_up.proven_at(request) is not None

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own form would take a password alone."""
        return secure_admin_login(super().login)(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("laws/", self.admin_view(require_safe(self.laws)), name="laws"),
            *super().get_urls(),
        ]

    def laws(self, request: HttpRequest) -> HttpResponse:
        """Every law of the books, whether it holds, and when it last did."""
        checks = LawCheck.objects.order_by("offenders", "name").reverse()
        return render(
            request,
            "admin/laws.html",
            {**self.each_context(request), "title": "Laws", "checks": checks},
        )

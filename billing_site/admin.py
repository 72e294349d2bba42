from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from billing_site.desk_queue import open_work
from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.people import step_up
from billing_site.platform import clock
from billing_site.platform.models import LawCheck


class BillingAdminSite(admin.AdminSite):
    """The desk. Staff sign in where everybody does, with a second factor, and read."""

    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "Desk"
    site_url = "/home/"  # On the front page who sees as somebody stays who they are.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take read-only lists. Those that packages bring along could edit and delete."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """The middleware has asked already; a site that is mounted elsewhere asks again."""
        return super().has_permission(request) and step_up.proven_at(request) is not None

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own form would take a password alone."""
        guarded: Any = secure_admin_login(super().login)  # type: ignore[no-untyped-call]
        response: HttpResponse = guarded(request, extra_context)
        return response

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # Passwords are changed where everybody changes theirs.
        elsewhere = RedirectView.as_view(pattern_name="account_change_password")
        return [
            path("laws/", self.admin_view(require_safe(self.laws)), name="laws"),
            path("password_change/", self.admin_view(elsewhere), name="password_change"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., Any], *options: Any, **named: Any) -> Any:
        """One clock for everybody at the desk: rules count in UTC."""

        @wraps(view)
        def in_utc(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with timezone.override(UTC):
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()  # here, or it would be read by another clock
            return response

        return super().admin_view(in_utc, *options, **named)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What is open comes first, then every list."""
        queue = open_work(request.user, at=clock.now())  # type: ignore[arg-type]
        return super().index(request, {"queue": queue, **(extra_context or {})})

    def laws(self, request: HttpRequest) -> HttpResponse:
        """Every law of the books, whether it holds, and when it last did."""
        checks = LawCheck.objects.order_by("-offenders", "name")
        return render(
            request,
            "admin/laws.html",
            {**self.each_context(request), "title": "Laws", "checks": checks},
        )

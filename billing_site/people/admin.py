"""Who is here and whom they act for. Hashes of passwords and of invitations stay unread."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.people import step_up
from billing_site.people.models import (
    Invitation,
    Membership,
    Organization,
    Seeing,
    TaxProfile,
    User,
)
from billing_site.people.services import seeing
from billing_site.platform.decisions import DecidingAdmin, Decision

SEE_AS = Decision(
    "see_as",
    "See what this person sees",
    "For half an hour “View site” shows you their pages. You can change nothing there, and every"
    " page is written down. They are told that one of our team looks, and read why.",
    seeing.begin,
)


@admin.register(User)
class UserAdmin(DecidingAdmin[User]):
    decisions = [SEE_AS]
    list_display = ("email", "name", "purpose", "is_staff", "is_active", "last_login", "joined_at")
    list_filter = ("is_staff", "is_active", "purpose")
    search_fields = ("email", "name")
    ordering = ("-joined_at", "pk")
    fields = (
        "email",
        "name",
        "purpose",
        "time_zone",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "joined_at",
    )

    def prove(
        self, request: HttpRequest, decision: Decision, rows: list[User]
    ) -> HttpResponse | None:
        """Somebody's pages are open for half an hour: a stolen session must not do it."""
        named = ",".join(str(row.pk) for row in rows)
        return step_up.required(request, purpose=f"{decision.name}:{named}")


@admin.register(Organization)
class OrganizationAdmin(DecidingAdmin[Organization]):
    list_display = ("name", "ref", "kind", "country", "currency", "series_code", "created_at")
    list_filter = ("kind", "country", "currency")
    search_fields = ("name", "legal_name", "ref", "series_code", "vat_id")
    ordering = ("name", "pk")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    list_display = ("organization", "user", "role", "spending_limit", "since", "ended_at")
    list_filter = ("role",)
    list_select_related = ("organization", "user")
    search_fields = ("organization__name", "user__email", "user__name")
    ordering = ("-since", "pk")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin[Invitation]):
    list_display = ("email", "organization", "role", "created_at", "expires_at", "accepted_at")
    list_select_related = ("organization",)
    search_fields = ("email", "organization__name")
    ordering = ("-created_at", "pk")
    exclude = ("token_hash",)


@admin.register(TaxProfile)
class TaxProfileAdmin(ReadOnlyAdmin[TaxProfile]):
    list_display = ("organization", "kind", "vat_id_check", "declared_at", "declared_by")
    list_filter = ("kind",)
    list_select_related = ("organization", "declared_by")
    ordering = ("organization",)


@admin.register(Seeing)
class SeeingAdmin(ReadOnlyAdmin[Seeing]):
    list_display = ("staff", "person", "reason", "began_at", "until", "ended_at")
    list_select_related = ("staff", "person")
    search_fields = ("staff__email", "person__email", "reason")
    ordering = ("-began_at", "pk")

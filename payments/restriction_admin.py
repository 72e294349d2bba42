"""Restrictions at the desk: set on an organization or a person, lifted, and decided on appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from billing_site.people.admin import OrganizationAdmin, UserAdmin
from billing_site.platform import clock
from billing_site.platform.decisions import DecidingAdmin, Decision
from payments.forms.restrictions import RestrictForm
from payments.models import Restriction
from payments.services import restricting

WORDS = (
    "They cannot do these things until it is lifted, or the day that you name is over. They read"
    " why, and may ask once that somebody else of ours decides. What is theirs stays open to them."
)
# People lie below payments and know of no restriction: their lists are given the decision here.
OrganizationAdmin.decisions = [
    Decision(
        "restrict",
        "Restrict these organizations",
        WORDS,
        restricting.restrict_organization,
        RestrictForm,
    )
]
UserAdmin.decisions = [
    *UserAdmin.decisions,
    Decision("restrict", "Restrict these people", WORDS, restricting.restrict_user, RestrictForm),
]
LIFT = Decision(
    "lift",
    "Lift these restrictions",
    "They end at once. After an appeal only somebody decides who did not set them, and never who"
    " belongs to those whom they restrict. Who does not pay has three more days.",
    restricting.lift,
)
KEEP = Decision(
    "keep",
    "Keep these restrictions",
    "The appeal is answered: they stay, and the reason is read by whom they restrict.",
    restricting.keep,
)


class Waits(admin.SimpleListFilter):
    """What staff should look at: appeals, and what has not been paid for a month."""

    title, parameter_name = "what waits for us", "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("appeal", "an appeal"), ("month", "unpaid for a month")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Restriction]
    ) -> QuerySet[Restriction]:
        if self.value() == "appeal":
            return queryset.filter(state=Restriction.State.APPEALED).order_by("answer_by", "pk")
        if self.value() == "month":
            old = queryset.filter(ended_at__isnull=True, cause=Restriction.Cause.UNPAID)
            return old.filter(review_on__lte=clock.now().date()).order_by("review_on", "pk")
        return queryset


@admin.register(Restriction)
class RestrictionAdmin(DecidingAdmin[Restriction]):
    decisions = [LIFT, KEEP]
    list_display = ["ref", "organization", "user", "scopes", "state", "review_on", "answer_by"]
    list_filter = [Waits, "state", "cause"]
    list_select_related = ["organization", "user"]
    search_fields = ["ref", "organization__name", "user__email", "reason"]
    ordering = ["-set_at", "-pk"]

"""Rates of our own, as finance operations see and decide them."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest

from billing_site.platform import clock
from billing_site.platform.decisions import Decision
from payments.models import HouseRate
from payments.proving import ProvingAdmin
from payments.queries.conversion import shown
from payments.services import house_rates

CONFIRM = Decision(
    "confirm",
    "Convert at these rates",
    "As the second person. Look at the source yourself, and at the change since the rate before:"
    " freelancers and clients are paid and charged by it until it ends.",
    house_rates.confirm,
)
DECLINE = Decision(
    "decline",
    "Do not use these rates",
    "Nothing is converted at them. Whoever entered one may take it back this way.",
    house_rates.decline,
)
END = Decision(
    "end",
    "End these rates now",
    "Nothing more is converted at them. What is locked for somebody stays so for its minutes.",
    house_rates.end,
)


@admin.register(HouseRate)
class HouseRateAdmin(ProvingAdmin[HouseRate]):
    """Those that wait for a second person first. `manage.py rate` enters one."""

    decisions = [CONFIRM, DECLINE, END]
    proven = [CONFIRM]
    list_display = [
        "currency",
        "worth",
        "change",
        "reason",
        "standing",
        "valid_from",
        "valid_until",
        "entered_by",
        "decided_by",
    ]
    list_filter = ["currency", ("decided_at", EmptyFieldListFilter)]
    list_select_related = ["entered_by", "decided_by"]
    search_fields = ["ref", "reason"]
    ordering = [F("decided_at").desc(nulls_first=True), "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HouseRate]:
        """Each with the one that it follows, or would, so that a slip of a digit is seen."""
        newest = HouseRate.objects.filter(
            currency=OuterRef("currency"), is_confirmed=True, ended_at=None
        ).order_by("-pk")
        before = newest.filter(pk__lt=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                before=Case(
                    When(decided_at=None, then=Subquery(newest.values("per_euro")[:1])),
                    default=Subquery(before.values("per_euro")[:1]),
                )
            )
        )

    @admin.display(description="one euro is", ordering="per_euro")
    def worth(self, rate: HouseRate) -> str:
        return f"{shown(rate.per_euro)} {rate.currency}"

    @admin.display(description="since the one before")
    def change(self, rate: HouseRate) -> str:
        before = getattr(rate, "before", None)
        return f"{(rate.per_euro / before - 1) * 100:+.2f} %" if before else "the first"

    @admin.display(description="it")
    def standing(self, rate: HouseRate) -> str:
        if rate.decided_at is None:
            return "waits for a second person"
        if not rate.is_confirmed:
            return "declined"
        if rate.ended_at:
            return f"ended by {rate.ended_by}"
        return "over" if rate.is_over(at=clock.now()) else "stands"

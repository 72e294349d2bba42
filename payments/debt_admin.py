"""What freelancers owe, with its age, and giving it up by two people."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest

from billing_site.kernel.money import show
from billing_site.platform import clock
from billing_site.platform.decisions import DecidingAdmin, Decision
from payments.models import Debt, DebtWriteOff
from payments.proving import ProvingAdmin
from payments.services import debt_write_offs

ASK = Decision(
    "ask",
    "Give these up",
    "Nothing moves yet: a second person confirms each. It is then our loss, and the freelancer"
    " is told that they owe it no more.",
    debt_write_offs.ask,
    says=lambda _asked: "nothing has moved. It waits for a second person to confirm it",
)
CONFIRM = Decision(
    "confirm",
    "Give these up",
    "As the second person. What is still owed of the sum is our loss from then on, and the"
    " freelancer is told. This cannot be taken back.",
    debt_write_offs.confirm,
    says=lambda asked: f"{show(asked.given_up)} is given up",
)
REFUSE = Decision(
    "refuse",
    "Keep waiting for these",
    "They stay owed, and are paid back by what is earned. Whoever asked may take the question"
    " back this way.",
    debt_write_offs.refuse,
)


@admin.register(Debt)
class DebtAdmin(DecidingAdmin[Debt]):
    """The oldest first. Each is paid by what its freelancer earns in the same currency."""

    decisions = [ASK]
    list_display = ["holder", "owed", "since", "age", "is_asked"]
    list_filter = ["currency"]
    list_select_related = ["holder"]
    search_fields = ["holder__name", "holder__ref"]
    ordering = ["since", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Debt]:
        return Debt.objects.with_asked()

    @admin.display(description="owes", ordering="minor")
    def owed(self, debt: Debt) -> str:
        return show(debt.owed)

    @admin.display(description="days", ordering="since")
    def age(self, debt: Debt) -> int:
        return (clock.now() - debt.since).days

    @admin.display(description="is to be given up", boolean=True)
    def is_asked(self, debt: Debt) -> bool:
        return bool(getattr(debt, "is_asked", False))


@admin.register(DebtWriteOff)
class DebtWriteOffAdmin(ProvingAdmin[DebtWriteOff]):
    """Those that wait for a second person first."""

    decisions = [CONFIRM, REFUSE]
    proven = [CONFIRM]  # money is given up for good
    list_display = [
        "freelancer",
        "amount",
        "reason",
        "standing",
        "given_up",
        "asked_by",
        "asked_at",
        "decided_by",
    ]
    list_filter = ["currency", ("decided_at", EmptyFieldListFilter)]
    list_select_related = ["freelancer", "asked_by", "decided_by"]
    search_fields = ["ref", "freelancer__name"]
    ordering = [F("decided_at").desc(nulls_first=True), "asked_at", "pk"]

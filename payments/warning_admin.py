"""What banks warn of, as finance operations see and decide it."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import F

from billing_site.platform.decisions import Decision
from payments.models import FraudWarning
from payments.proving import ProvingAdmin
from payments.services import fraud_warnings

PROPOSE = Decision(
    "propose",
    "Propose to send back what is held",
    "Nothing moves yet: a second person confirms it. What goes back before the bank takes it"
    " costs no fee for a case; whoever works for it is told that the money is gone.",
    fraud_warnings.propose,
    says=lambda _warning: "nothing has moved. It waits for a second person to confirm it",
)
CONFIRM = Decision(
    "confirm",
    "Send back what is held",
    "As the second person. What is held of the payment goes back to where it was paid from,"
    " except where work was delivered for it. This cannot be taken back.",
    fraud_warnings.confirm,
    says=lambda _warning: "what is held is on its way back",
)
LEAVE = Decision(
    "leave",
    "Leave it as it is",
    "Nothing is sent back. The bank may still take the money, and then you answer it.",
    fraud_warnings.leave,
)


@admin.register(FraudWarning)
class FraudWarningAdmin(ProvingAdmin[FraudWarning]):
    """Those that wait for somebody first, the oldest of them on top."""

    decisions = [PROPOSE, CONFIRM, LEAVE]
    proven = [CONFIRM]  # money goes for good
    list_display = ["ref", "client", "amount", "reason", "told_at", "standing", "proposed_by"]
    list_filter = ["reason", ("decided_at", EmptyFieldListFilter)]
    list_select_related = ["charge__client", "proposed_by"]
    search_fields = ["ref", "warning_id", "charge__ref", "charge__client__name"]
    ordering = [F("decided_at").desc(nulls_first=True), "told_at", "pk"]

    @admin.display(description="client", ordering="charge__client__name")
    def client(self, warning: FraudWarning) -> str:
        return str(warning.charge.client)

    @admin.display(description="paid", ordering="charge__amount")
    def amount(self, warning: FraudWarning) -> object:
        return warning.charge.amount

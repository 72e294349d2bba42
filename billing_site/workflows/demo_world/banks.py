"""What clients' banks do in the demo world: they ask, want a payment back, and decide."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.workflows.demo_world.scripts import Deed
from invoices.models import Milestone
from payments.gateways.base import Evidence
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge

VERBS = (
    "bank_suspects",
    "bank_asks",
    "bank_wants",
    "bank_hears",
    "bank_leaves",
    "bank_takes",
    "bank_drops",
)


@transaction.atomic
def step(milestone: Milestone, deed: Deed, *, at: datetime) -> None:
    """Do what the script says of the payment that the milestone was funded with."""
    charge = Charge.objects.filter(settlements__document=f"milestone/{milestone.ref}").latest("pk")
    payment = SandboxPayment.objects.get(pk=charge.payment_id)
    if deed.verb == "bank_suspects":
        disputing.suspect(payment.pk, at=at)
        return
    if deed.verb in {"bank_asks", "bank_wants"}:
        disputing.dispute(payment, at=at, is_inquiry=deed.verb == "bank_asks")
        return
    case = SandboxDispute.objects.filter(payment=payment).latest("created_at")
    match deed.verb:
        case "bank_hears":
            shown = Evidence({"service_date": f"{at:%Y-%m-%d}"})
            disputing.answer(case.pk, shown, submit=True)
        case "bank_drops":
            disputing.accept(case.pk)
        case _:
            disputing.close(case, won=deed.verb == "bank_leaves", at=at)

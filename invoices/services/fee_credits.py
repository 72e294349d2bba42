"""The platform's fee goes back in proportion, with a credit note for each fee invoice."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.platform.queue import later
from invoices.models import FeeCreditNote, FeeInvoice
from payments.models import Escrow, Lot, Refund
from payments.models.lot import LotPart


def give_back(lot: Lot, part: LotPart, *, cause: str, at: datetime) -> None:
    """Credit both fees of *part* of a lot. *cause* is what took it back: credit_note/<ref>."""
    side = FeeInvoice.Side.FREELANCER
    _credit(side, f"lot/{lot.ref}", net=part.fee, tax=part.fee_tax, cause=cause, at=at)
    if lot.settlement:
        taken_by = f"settlement/{lot.settlement.reference}"
    else:
        assert lot.escrow, "A lot comes from held money or from a payment."
        taken_by = f"escrow/{lot.escrow.origin.ref}/funded"
    side = FeeInvoice.Side.CLIENT
    _credit(side, taken_by, net=part.client_fee, tax=part.client_fee_tax, cause=cause, at=at)


def of_refund(refund: Refund, *, at: datetime) -> None:
    """Credit the client's fee of held money that goes back: it was invoiced, and not earned."""
    assert refund.escrow, "It came out of held money."
    if refund.client_fee is not None and refund.client_fee_tax is not None:
        _credit(
            FeeInvoice.Side.CLIENT,
            f"escrow/{refund.escrow.origin.ref}/funded",
            net=refund.client_fee,
            tax=refund.client_fee_tax,
            cause=f"refund/{refund.ref}",
            at=at,
        )


def of_loss(escrow: Escrow, *, net: Money, tax: Money, cause: str, at: datetime) -> None:
    """Credit the client's fee of held money that a bank took back."""
    taken_by = f"escrow/{escrow.origin.ref}/funded"
    _credit(FeeInvoice.Side.CLIENT, taken_by, net=net, tax=tax, cause=cause, at=at)


def _credit(
    side: FeeInvoice.Side, taken_by: str, *, net: Money, tax: Money, cause: str, at: datetime
) -> None:
    """Write down what of a fee goes back; a job numbers it, as it does the fee invoice."""
    if not net + tax:
        return
    fee_id = FeeInvoice.objects.values_list("pk", flat=True).get(side=side, cause=taken_by)
    fee = FeeInvoice.objects.lock(fee_id)
    note = FeeCreditNote.objects.create(
        fee_invoice=fee,
        cause=cause,
        currency=fee.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        caused_at=at,
    )
    later("invoices.tasks.issue_fee_credit_note", fee_credit_note_id=note.pk)

"""The platform's fee goes back in proportion, with a credit note for each fee invoice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from billing_site.kernel.money import Money, proportion, to_minor, zero
from billing_site.platform.queue import later
from invoices.models import FeeCreditNote, FeeInvoice
from payments.models import Escrow, Lot, Refund
from payments.models.lot import LotPart

Side = FeeInvoice.Side


@dataclass(slots=True)
class Fees:
    """What of each fee goes back for one cause: parts of one fee are one credit note."""

    cause: str
    sums: dict[tuple[Side, str], tuple[Money, Money]] = field(default_factory=dict)

    def of_lot(self, lot: Lot, part: LotPart) -> None:
        """Both fees of *part* of a lot."""
        self._add(Side.FREELANCER, f"lot/{lot.ref}", part.fee, part.fee_tax)
        if lot.settlement:
            taken_by = f"settlement/{lot.settlement.reference}"
        else:
            assert lot.escrow, "A lot comes from held money or from a payment."
            taken_by = f"escrow/{lot.escrow.origin.ref}/funded"
        self._add(Side.CLIENT, taken_by, part.client_fee, part.client_fee_tax)

    def of_loss(self, escrow: Escrow, *, net: Money, tax: Money) -> None:
        """The client's fee of held money that a bank took back."""
        self._add(Side.CLIENT, f"escrow/{escrow.origin.ref}/funded", net, tax)

    def credit(self, *, at: datetime) -> None:
        for (side, taken_by), (net, tax) in sorted(self.sums.items()):
            _credit(side, taken_by, net=net, tax=tax, cause=self.cause, at=at)

    def bill_again(self, *, at: datetime) -> None:
        """They had gone back, and are earned after all: an invoice anew for each of them."""
        for (side, taken_by), (net, tax) in sorted(self.sums.items()):
            if net + tax:
                _renew(side, taken_by, net=net, tax=tax, cause=self.cause, at=at)

    def _add(self, side: Side, taken_by: str, net: Money, tax: Money) -> None:
        had = self.sums.get((side, taken_by), (net - net, tax - tax))
        self.sums[side, taken_by] = (had[0] + net, had[1] + tax)


def give_back(lot: Lot, part: LotPart, *, cause: str, at: datetime) -> None:
    """Credit both fees of *part* of a lot. *cause* is what took it back: credit_note/<ref>."""
    fees = Fees(cause)
    fees.of_lot(lot, part)
    fees.credit(at=at)


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


def _credit(
    side: FeeInvoice.Side, taken_by: str, *, net: Money, tax: Money, cause: str, at: datetime
) -> None:
    """Write down what of a fee goes back; a job numbers it, as it does the fee invoice.

    Of what was invoiced anew first: the rest may have gone back before.
    """
    for pk in FeeInvoice.objects.of(taken_by, side=side).values_list("pk", flat=True):
        fee = FeeInvoice.objects.lock(pk)
        part = _room(fee, net, tax)
        net, tax = net - part[0], tax - part[1]
        if not sum(part, start=zero(fee.currency)):
            continue
        note = FeeCreditNote.objects.create(
            fee_invoice=fee,
            cause=cause,
            currency=fee.currency,
            net=part[0],
            tax=part[1],
            gross=part[0] + part[1],
            caused_at=at,
        )
        later("invoices.tasks.issue_fee_credit_note", fee_credit_note_id=note.pk)
    assert not net + tax, f"More of {taken_by} goes back than was invoiced."


def _room(fee: FeeInvoice, net: Money, tax: Money) -> tuple[Money, Money]:
    """So much of *net* and *tax* as was not credited of *fee* yet."""
    nothing = zero(fee.currency)
    before = list(fee.credit_notes.all())
    had = sum((note.net for note in before), nothing), sum((it.tax for it in before), nothing)
    return min(net, fee.net - had[0]), min(tax, fee.tax - had[1])


def _renew(
    side: FeeInvoice.Side, taken_by: str, *, net: Money, tax: Money, cause: str, at: datetime
) -> None:
    first = FeeInvoice.objects.get(side=side, cause=taken_by)
    fee = FeeInvoice.objects.create(
        side=side,
        recipient=first.recipient,
        contract=first.contract,
        milestone=first.milestone,
        invoice=first.invoice,
        title=first.title,
        cause=f"{cause}/{first.ref}",
        renews=first,
        escrow=first.escrow,
        currency=first.currency,
        base=proportion(first.base, to_minor(net), to_minor(first.net)) if net else net,
        fee_bps=first.fee_bps,
        net=net,
        tax=tax,
        gross=net + tax,
        tax_bps=first.tax_bps,
        tax_country=first.tax_country,
        tax_text=first.tax_text,
        caused_at=at,
    )
    later("invoices.tasks.issue_fee_invoice", fee_invoice_id=fee.pk)

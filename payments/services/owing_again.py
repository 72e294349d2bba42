"""What a client's bank took back after the freelancer was paid, the client owes again."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money, zero
from ledger import movements
from ledger.movements import Movement
from payments.models import Chargeback, ChargebackPart, Lot, OpenItem
from payments.models.lot import LotPart
from payments.services import trying


def of_lot(case: Chargeback, lot: Lot, part: LotPart, *, at: datetime) -> OpenItem:
    """The freelancer keeps theirs; what the client pays from now on is the platform's."""
    paid = lot.settlement.open_item if lot.settlement else None
    ever = part.client_total + lot.gone.client_total  # What was credited since then went back.
    whole = _whole(paid, ever) if paid else None
    return _owe(
        case,
        lot.freelancer_id,
        lot.title,
        part.gross,
        lot.document,
        at=at,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        replaces=whole[0] if whole else None,
    )


def of_advances(case: Chargeback, nowhere: Money, *, at: datetime) -> list[OpenItem]:
    """What it had paid back to us of what we had paid in the client's stead, each whole."""
    items: list[OpenItem] = []
    came = case.charge.settlements.exclude(settled_at=None).order_by("pk")
    for settlement in came.select_related("open_item", "escrow__advance"):
        paid = settlement.open_item or getattr(settlement.escrow, "advance", None)
        amount = settlement.amount - settlement.kept
        is_ours = paid is not None and paid.is_advanced and zero(case.currency) < amount <= nowhere
        whole = _whole(paid, amount) if paid and is_ours else None
        if whole:
            last, stands = whole
            nowhere -= amount
            gross, fee, tax = stands.paid_part
            fees = {"client_fee": fee, "client_fee_tax": tax}
            of, document = last.freelancer_id, paid.document if paid else ""
            items.append(_owe(case, of, last.title, gross, document, at=at, replaces=last, **fees))
    return items


def _whole(paid: OpenItem, amount: Money) -> tuple[OpenItem, OpenItem] | None:
    """Return what was owed last of it, and which of them its payment stands for.

    None: *amount* is not all that was paid of that, it is owed now, or the bank that had made
    it owed has decided anew. What was credited of it is owed by nobody.
    """
    if _is_forgiven(paid):
        return None  # What it was paid with became credit.
    last = stands = paid
    while again := OpenItem.objects.filter(replaces=last).first():
        last, stands = again, stands if _is_forgiven(again) else again
    is_paid = last.closed_at is not None and last.written_off_at is None
    return (last, stands) if is_paid and stands.paid == amount else None


def _is_forgiven(item: OpenItem) -> bool:
    """Whether the bank that had made it owed has decided anew."""
    won = ChargebackPart.objects.filter(chargeback__state=Chargeback.State.WON)
    return won.filter(open_item=item).exists()


def of_nothing(case: Chargeback, amount: Money, *, at: datetime) -> OpenItem | None:
    """It had gone back already, or was kept as credit: the client has it twice.

    None: it came by itself, for no work of anybody's: what is owed is owed for that.
    """
    first = case.charge.settlements.select_related("escrow", "open_item").order_by("pk").first()
    assert first, "A charge is for something."
    terms = first.escrow or first.open_item
    if terms is None:
        return None
    document = f"chargeback/{case.ref}"
    return _owe(case, terms.freelancer_id, "A payment that was returned", amount, document, at=at)


def forgive(case: Chargeback, item_id: int, *, at: datetime) -> tuple[Money, list[Movement]]:
    """Owe what is open of it no more, and return how much that was.

    Of what was written off nothing is owed in the books any more: what that had cost comes
    back by the movement that is returned with it, which the caller posts.
    """
    item = OpenItem.objects.lock(item_id)
    left = item.owed
    part = item.payment_of(left) if left and item.written_off_at else None
    item.credited += left
    item.close_if_settled(at=at)
    item.save(update_fields=["credited", "closed_at"])
    trying.review_all_for([item], cause=f"chargeback/{case.ref}")
    if part is None:
        return left, []
    recovered = movements.recover_by_bank(
        case=case.ref,
        item=item.ref,
        gross=part.gross,
        freelancer_fee=part.freelancer_fee,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        tax_country=item.fee_tax_country_client,
        at=at,
    )
    return left, [recovered]


def _owe(
    case: Chargeback,
    freelancer_id: int,
    title: str,
    gross: Money,
    document: str,
    *,
    at: datetime,
    client_fee: Money | None = None,
    client_fee_tax: Money | None = None,
    replaces: OpenItem | None = None,
) -> OpenItem:
    if OpenItem.objects.filter(document=document).exists():
        document = f"chargeback/{case.ref}/{document.rsplit('/', maxsplit=1)[-1]}"
    nothing = zero(case.currency)
    return OpenItem.objects.create(
        client_id=case.charge.client_id,
        freelancer_id=freelancer_id,
        document=document,
        replaces=replaces,
        title=title,
        currency=case.currency,
        net=gross,
        tax=nothing,
        gross=gross,
        client_fee=nothing if client_fee is None else client_fee,
        client_fee_tax=nothing if client_fee_tax is None else client_fee_tax,
        freelancer_fee_bps=0,
        freelancer_fee_tax_bps=0,
        fee_tax_country_client=case.charge.client.country,
        fee_tax_country_freelancer=case.charge.client.country,
        security_days=0,
        paid=nothing,
        credited=nothing,
        is_advanced=True,
        due_on=at.date(),
        created_at=at,
    )

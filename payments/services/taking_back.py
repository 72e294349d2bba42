"""A document is credited: first less is owed on it, then what was paid for it goes back.

What goes back is the client's credit from then on, or settles what the platform had paid for
the client. It is taken from the document's lots, the newest first: while a lot is pending
from it, then from what is available, and what is missing the freelancer owes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import NotAllowed
from ledger import movements
from ledger.movements import Movement, Reference
from ledger.queries.balances import spendable
from payments.models import Charge, Lot, OpenItem, Payee
from payments.models.lot import LotPart
from payments.services import keeping


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a credit did. The caller posts `movements`, last."""

    owed_less: Money  # of what the client had not paid, our fee included
    to_receivable: Money  # of what the platform had paid for the client
    to_credit: Money
    from_debt: Money  # what the freelancer does not have any more, and owes
    parts: Sequence[tuple[Lot, LotPart]]
    movements: Sequence[Movement]

    @property
    def from_freelancer(self) -> Money:
        return sum((part.amount for _, part in self.parts), zero(str(self.to_credit.currency)))


def take_back(
    gross: Money,
    *,
    documents: Sequence[str],
    item_id: int | None,
    because: Reference,
    at: datetime,
    actor: int | None = None,
) -> TakenBack:
    """Credit *gross* of what was billed by *documents* (their refs), and say what that moves.

    *item_id* is what is owed on them, if it is not held money that paid for them.
    *because* is the document that says so, such as ("credit_note", ref).

    :raises NotAllowed: so much was never billed, or went back before, or a bank decides about it.
    """
    item = OpenItem.objects.lock(item_id) if item_id else None
    lots = _lock_lots(documents)
    _refuse_if_wanted(lots)
    nothing = zero(str(gross.currency))
    rest, owed_less = gross, nothing
    if item and not item.is_advanced:
        reduced = min(rest, item.unpaid_gross)
        owed_less = item.reduce(reduced)
        rest -= reduced
    parts = _parts(lots, rest)
    purses = _Purses.of(parts, item)
    moved = [purses.give_back(lot, part, because, at=at, actor=actor) for lot, part in parts]
    if item:
        if purses.to_receivable:
            item.credited += purses.to_receivable
        item.close_if_settled(at=at)
        item.save(update_fields=["credited", "closed_at"])
    return TakenBack(
        owed_less=owed_less,
        to_receivable=purses.to_receivable,
        to_credit=purses.to_credit,
        from_debt=purses.from_debt,
        parts=parts,
        movements=moved,
    )


def _lock_lots(documents: Sequence[str]) -> list[Lot]:
    named = [f"invoice/{ref}" for ref in documents]
    keys = Lot.objects.filter(document__in=named).order_by("pk").values_list("pk", flat=True)
    return [Lot.objects.lock(pk) for pk in keys]


def _refuse_if_wanted(lots: Sequence[Lot]) -> None:
    """What the client's bank takes and the freelancer gives back would be gone twice."""
    paid_by = {(lot.escrow and lot.escrow.funded_by) or _charge_of(lot) for lot in lots}
    for charge in paid_by:
        if charge:
            keeping.refuse_if_wanted(charge)


def _charge_of(lot: Lot) -> Charge | None:
    return lot.settlement.charge if lot.settlement else None


def _parts(lots: Sequence[Lot], gross: Money) -> list[tuple[Lot, LotPart]]:
    """What each lot gives, the newest first, so that pending money goes before withdrawn."""
    parts, rest = [], gross
    for lot in reversed(lots):
        given = min(rest, lot.gross - lot.gross_back)
        if given:
            parts.append((lot, lot.part_back(given)))
            rest -= given
    if rest:
        raise NotAllowed(f"{show(gross - rest)} was paid for it, and {show(gross)} was to go back.")
    return parts


@dataclass(slots=True)
class _Purses:
    """What is left where the money of one document can come from and go to."""

    available: Money
    receivable: Money
    to_receivable: Money
    to_credit: Money
    from_debt: Money

    @classmethod
    def of(cls, parts: Sequence[tuple[Lot, LotPart]], item: OpenItem | None) -> _Purses:
        if not parts:
            nothing = zero("EUR") if item is None else zero(item.currency)
            return cls(nothing, nothing, nothing, nothing, nothing)
        lot = parts[0][0]
        # Whoever withdraws holds this row: what is available cannot leave meanwhile.
        Payee.objects.lock_if_there(lot.freelancer_id)
        nothing = zero(lot.currency)
        return cls(
            available=spendable(f"freelancer:{lot.freelancer_id}:available", lot.currency),
            receivable=item.owed if item and item.is_advanced else nothing,
            to_receivable=nothing,
            to_credit=nothing,
            from_debt=nothing,
        )

    def give_back(
        self, lot: Lot, part: LotPart, because: Reference, *, at: datetime, actor: int | None
    ) -> Movement:
        pending = part.amount if lot.made_available_at is None else zero(lot.currency)
        available = min(part.amount - pending, max(self.available, zero(lot.currency)))
        debt = part.amount - pending - available
        to_receivable = min(part.client_total, self.receivable - self.to_receivable)
        self.available -= available
        self.from_debt += debt
        self.to_receivable += to_receivable
        self.to_credit += part.client_total - to_receivable
        lot.gross_back += part.gross
        lot.amount_back += part.amount
        lot.save(update_fields=["gross_back", "amount_back"])
        source = lot.source
        return movements.refund_released(
            lot=lot.ref,
            document=because,
            client=source.client_id,
            freelancer=lot.freelancer_id,
            from_pending=pending,
            from_available=available,
            from_debt=debt,
            freelancer_fee=part.fee,
            freelancer_fee_tax=part.fee_tax,
            freelancer_tax_country=source.fee_tax_country_freelancer,
            client_fee=part.client_fee,
            client_fee_tax=part.client_fee_tax,
            client_tax_country=source.fee_tax_country_client,
            to_receivable=to_receivable,
            at=at,
            actor=actor,
        )

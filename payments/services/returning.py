"""A bank decides anew, for us: everybody who lost something to it gets that back, once.

What is still held goes back to where it is held. Where the work went on without it, it is the
client's credit. What the client owes again they owe no more, and what was given up of that the
platform has back; what they have paid of it meanwhile is their credit, too. A freelancer's pays
what they owe, then what was given up of what this loss had made them owe; the rest is available.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, zero
from ledger import movements
from ledger.movements import Movement
from ledger.queries.balances import spendable
from payments.models import Chargeback, ChargebackPart, Escrow, Lot, Payee
from payments.models.terms import Part
from payments.queries.debts import given_up_of
from payments.services import going_back, owing_again

Kind = ChargebackPart.Kind


@dataclass(frozen=True, slots=True)
class Returned:
    posts: list[Movement]
    refilled: list[int]  # escrows that hold again what was taken of them
    available: dict[int, Money]  # what each freelancer has again


@dataclass(slots=True)
class _Purses:
    """By freelancer, as nothing is posted yet: what they still owe, and what they have again."""

    debts: dict[int, Money]
    given_up: dict[int, Money]
    available: dict[int, Money]


def reinstate(
    case: Chargeback, escrows: Sequence[Escrow], lots: Sequence[Lot], *, at: datetime
) -> Returned:
    """Undo what the loss did, part by part. The caller has the locks, and posts."""
    nothing = zero(case.currency)
    posts, to_credit, to_receivable, borne = [], nothing, nothing, nothing
    held, brought = {each.pk: each for each in escrows}, {each.pk: each for each in lots}
    purses = _Purses({}, {}, {})
    refilled: list[int] = []
    for part in case.parts.select_related("open_item").order_by("pk"):
        if part.kind == Kind.HELD and (again := _held_again(part, held)):
            posts.append(_to_escrow(case, held[part.escrow_id or 0], again, at=at))
            refilled.append(part.escrow_id or 0)
        elif part.kind in {Kind.HELD, Kind.STRAY}:
            to_credit += part.amount
        elif part.kind == Kind.BORNE:
            borne += part.amount
        elif part.kind == Kind.OWED:
            assert part.open_item_id, "The database sees to it."
            open_part, recovered = owing_again.forgive(case, part.open_item_id, at=at)
            to_receivable += zero(case.currency) if recovered else open_part
            to_credit += part.amount - open_part
            posts += recovered
        else:
            posts += _to_freelancer(case, part, brought[part.lot_id or 0], purses, at=at)
    count_back(case)
    posts.append(
        movements.reinstate_chargeback(
            case=case.ref,
            client=case.charge.client_id,
            amount=case.amount,
            to_credit=to_credit,
            to_receivable=to_receivable,
            borne=borne,
            at=at,
        )
    )
    posts += going_back.given_back(case, at=at)
    return Returned(posts, refilled, purses.available)


def count_back(case: Chargeback) -> None:
    """It is not taken from the charge any more; a payment beside it never was."""
    if case.stray_id is None:
        case.charge.taken_back -= case.amount
        case.charge.save(update_fields=["taken_back"])


def _held_again(part: ChargebackPart, held: dict[int, Escrow]) -> Part | None:
    """What goes back to its escrow, where something is still held there.

    Parts are rounded by what left before them. Where others have left since, and it comes to
    another sum than was taken, nothing is rounded by force: it is the client's.
    """
    escrow = held.get(part.escrow_id or 0)
    if escrow is None or escrow.state != Escrow.State.HELD:
        return None
    before = copy(escrow)
    before.lost = escrow.lost - part.gross
    again = before.refund_of(part.gross)
    return again if again.client_total == part.amount else None


def _to_escrow(case: Chargeback, escrow: Escrow, part: Part, *, at: datetime) -> Movement:
    escrow.lost -= part.gross
    escrow.save(update_fields=["lost"])
    return movements.refill_escrow(
        case=case.ref,
        escrow=escrow.ref,
        gross=part.gross,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
    )


def _to_freelancer(
    case: Chargeback, part: ChargebackPart, lot: Lot, purses: _Purses, *, at: datetime
) -> list[Movement]:
    """Pending while its lot is; else against what they owe first, and what was given up of it."""
    of, amount, nothing = lot.freelancer_id, part.freelancer_amount, zero(lot.currency)
    if of not in purses.debts:
        Payee.objects.lock_if_there(of)
        purses.debts[of] = max(-spendable(f"freelancer:{of}:debt", lot.currency), nothing)
        purses.given_up[of] = given_up_of(of, lot.currency)
    to_pending = amount if lot.made_available_at is None else nothing
    to_debt = min(amount - to_pending, purses.debts[of])
    purses.debts[of] -= to_debt
    to_available = amount - to_pending - to_debt
    kept = min(to_available, purses.given_up[of], part.from_debt)
    purses.given_up[of] -= kept
    if to_available - kept:
        purses.available[of] = purses.available.get(of, nothing) + to_available - kept
    lot.gross_back -= part.gross
    lot.amount_back -= amount
    lot.save(update_fields=["gross_back", "amount_back"])
    returned = movements.return_loss(
        case=case.ref,
        lot=lot.ref,
        freelancer=of,
        to_pending=to_pending,
        to_debt=to_debt,
        to_available=to_available,
        freelancer_fee=part.fee,
        freelancer_fee_tax=part.fee_tax,
        freelancer_tax_country=lot.source.fee_tax_country_freelancer,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        client_tax_country=lot.source.fee_tax_country_client,
        at=at,
    )
    if not kept:
        return [returned]
    recovered = movements.recover_given_up(
        case=case.ref, lot=lot.ref, freelancer=of, amount=kept, at=at
    )
    return [returned, recovered]

"""A chargeback is lost: what the bank has is taken from where it is, part by part, once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing_site.kernel.money import Money, zero
from billing_site.kernel.transitions import SYSTEM, take
from ledger import movements
from ledger.movements import Movement
from ledger.queries.balances import spendable
from payments.models import Chargeback, ChargebackPart, Escrow, Lot, OpenItem, Payee, Payout
from payments.models.lot import LotPart
from payments.models.terms import Part
from payments.services import coming_back, losses, owing_again, stray_chargebacks

LOST = SYSTEM("the client's bank took it back")
Kind = ChargebackPart.Kind
SUMS = (  # of a part; what it has nothing of is zero
    "gross",
    "from_pending",
    "from_available",
    "from_debt",
    "client_fee",
    "client_fee_tax",
    "fee",
    "fee_tax",
)


@dataclass(frozen=True, slots=True)
class Lost:
    movements: Sequence[Movement]
    emptied: Sequence[Escrow]


def lose(
    case: Chargeback,
    escrows: Sequence[Escrow],
    lots: Sequence[Lot],
    unsent: Sequence[Payout],
    *,
    protected: Collection[int],
    at: datetime,
) -> Lost:
    """Take what the bank has from what is held, from freelancers whom nothing protects, and
    have the client owe what they took back of a bank debit. The caller has the locks and posts.

    *unsent* is what nobody has kept before: as much as is missing is called off first.
    """
    case.booked_at = at
    if case.stray_id:
        return _of_stray(case, at=at)
    made = losses.losses_of(case.amount, escrows, lots)
    purse: dict[int, Money] = {}
    posts: list[Movement] = []
    if not case.is_debit:
        taken = [each for each in made.lots if each[0].pk not in protected]
        posts += _filled(purse, case, taken, unsent, at=at)
    posts += [_from_escrow(case, escrow, part, at=at) for escrow, part in made.held]
    owed: list[OpenItem] = []
    borne = made.cents
    for lot, part in made.lots:
        if case.is_debit:
            owed.append(owing_again.of_lot(case, lot, part, at=at))
        elif lot.pk in protected:
            borne += part.client_total
        else:
            posts.append(_from_freelancer(case, lot, part, purse, at=at))
    nowhere = made.nowhere
    for item in owing_again.of_advances(case, nowhere, at=at):
        owed.append(item)
        nowhere -= item.total
    if nowhere:
        again = owing_again.of_nothing(case, nowhere, at=at)
        owed += [again] if again else []
        borne += nowhere if again is None else nowhere - nowhere
    posts += _from_client(case, owed, at=at)
    if borne:
        posts += _borne(case, borne, at=at)
    return Lost(posts, [escrow for escrow, _ in made.held if not escrow.remaining])


def _of_stray(case: Chargeback, *, at: datetime) -> Lost:
    """What nothing had waited for goes out with it; if it went back before, it is owed again."""
    if found := stray_chargebacks.take_what_waits(case, at=at):
        refund, posts = found
        _part(case, Kind.STRAY, case.amount, refund=refund)
        return Lost(posts, [])
    return Lost(_of_nothing(case, case.amount, at=at), [])


def _of_nothing(case: Chargeback, amount: Money, *, at: datetime) -> list[Movement]:
    """The client has it twice, and owes it again; nobody does for what no work was paid by."""
    if item := owing_again.of_nothing(case, amount, at=at):
        return _from_client(case, [item], at=at)
    return _borne(case, amount, at=at)


def _borne(case: Chargeback, amount: Money, *, at: datetime) -> list[Movement]:
    _part(case, Kind.BORNE, amount)
    return [movements.bear_chargeback(case=case.ref, amount=amount, at=at)]


def _from_escrow(case: Chargeback, escrow: Escrow, part: Part, *, at: datetime) -> Movement:
    escrow.lost += part.gross
    if escrow.remaining:
        escrow.save(update_fields=["lost"])
    else:
        take(escrow.lose, by=LOST, at=at)
    fees = {"client_fee": part.client_fee, "client_fee_tax": part.client_fee_tax}
    _part(case, Kind.HELD, part.client_total, escrow=escrow, gross=part.gross, **fees)
    return movements.lose_escrow(
        case=case.ref,
        escrow=escrow.ref,
        gross=part.gross,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
    )


def _filled(
    purse: dict[int, Money],
    case: Chargeback,
    taken: Sequence[tuple[Lot, LotPart]],
    unsent: Sequence[Payout],
    *,
    at: datetime,
) -> Sequence[Movement]:
    """Note in *purse* what each freelancer has, with what is called off because it is missing."""
    nothing, missing = zero(case.currency), dict[int, Money]()
    for lot, part in taken:
        of = lot.freelancer_id
        if of not in purse:
            Payee.objects.lock_if_there(of)
            purse[of] = max(spendable(f"freelancer:{of}:available", case.currency), nothing)
            missing[of] = -purse[of]
        missing[of] += part.amount if lot.made_available_at is not None else nothing
    client = str(case.charge.client)
    called_off = coming_back.call_off(unsent, missing, client=client, at=at)
    for of, amount in called_off.back.items():
        purse[of] += amount
    return called_off.posts


def _from_freelancer(
    case: Chargeback, lot: Lot, part: LotPart, purse: dict[int, Money], *, at: datetime
) -> Movement:
    """From its lot while that is pending, then from what is available; the rest is a debt."""
    of, nothing = lot.freelancer_id, zero(lot.currency)
    pending = part.amount if lot.made_available_at is None else nothing
    available = min(part.amount - pending, purse[of])
    purse[of] -= available
    lot.gross_back += part.gross
    lot.amount_back += part.amount
    lot.save(update_fields=["gross_back", "amount_back"])
    sums: dict[str, Any] = {
        "from_pending": pending,
        "from_available": available,
        "from_debt": part.amount - pending - available,
        "client_fee": part.client_fee,
        "client_fee_tax": part.client_fee_tax,
    }
    _part(
        case,
        Kind.RELEASED,
        part.client_total,
        lot=lot,
        gross=part.gross,
        fee=part.fee,
        fee_tax=part.fee_tax,
        **sums,
    )
    return movements.lose_chargeback(
        case=case.ref,
        lot=lot.ref,
        freelancer=of,
        freelancer_fee=part.fee,
        freelancer_fee_tax=part.fee_tax,
        freelancer_tax_country=lot.source.fee_tax_country_freelancer,
        client_tax_country=lot.source.fee_tax_country_client,
        at=at,
        **sums,
    )


def _from_client(case: Chargeback, owed: Sequence[OpenItem], *, at: datetime) -> list[Movement]:
    if not owed:
        return []
    for item in owed:
        _part(case, Kind.OWED, item.total, open_item=item)
    total = sum((item.total for item in owed), start=zero(case.currency))
    client = case.charge.client_id
    return [movements.reopen_receivable(case=case.ref, client=client, amount=total, at=at)]


def _part(case: Chargeback, kind: Kind, amount: Money, **facts: Any) -> ChargebackPart:
    nothing = amount - amount
    sums = dict.fromkeys(SUMS, nothing)
    return ChargebackPart.objects.create(
        chargeback=case, kind=kind, currency=case.currency, amount=amount, **{**sums, **facts}
    )

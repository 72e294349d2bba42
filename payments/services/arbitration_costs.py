"""Shares of what an arbiter costs: held from what a side has with us, then returned or spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.movements import Movement
from ledger.queries.balances import spendable
from ledger.services.posting import InsufficientFunds, post, post_many


@dataclass(frozen=True, slots=True)
class Held:
    """One side's share in a case, both by their refs in the books."""

    case: str
    share: str
    holder: Organization
    is_client: bool
    amount: Money


def free(holder: Organization, currency: str, *, is_client: bool) -> Money:
    """What *holder* can put down: a client its credit, a freelancer what is available."""
    return spendable(_code(holder, is_client=is_client), currency)


@transaction.atomic
def hold(share: Held, *, by: User, at: datetime) -> None:
    """Set a share apart. This posts to the books: call it last in your transaction.

    :raises NotAllowed: the side has less with us.
    """
    has = free(share.holder, currency_of(share.amount), is_client=share.is_client)
    if has < share.amount:
        raise _too_little(share, has)
    try:
        post(
            movements.hold_arbitration_share(
                case=share.case,
                share=share.share,
                holder=share.holder.pk,
                is_client=share.is_client,
                amount=share.amount,
                at=at,
                actor=by.pk,
            )
        )
    except InsufficientFunds as refusal:  # somebody else spent it at this very moment
        raise _too_little(share, zero(currency_of(share.amount))) from refusal


@transaction.atomic
def give_back(shares: list[Held], *, at: datetime) -> None:
    """Return shares that no arbiter is paid with. Posts to the books, last."""
    post_many(
        [
            movements.return_arbitration_share(
                case=each.case,
                share=each.share,
                holder=each.holder.pk,
                is_client=each.is_client,
                amount=each.amount,
                at=at,
            )
            for each in shares
        ]
    )


@transaction.atomic
def spend(shares: list[Held], *, loser: Organization | None, at: datetime) -> None:
    """Pay the arbiter with both shares; *loser* bears the other's, too. Posts to the books, last.

    Of the other's it bears what it has with us now, and no more.

    :raises InsufficientFunds: it spent that at this very moment. Nothing is done, nobody was told
        anything, and the job does it all again with what is left.
    """
    case, total = shares[0].case, sum((it.amount for it in shares[1:]), shares[0].amount)
    posted = [movements.spend_arbitration_shares(case=case, amount=total, at=at)]
    posted += [
        _shift(each, loser, amount, at=at)
        for each in shares
        if loser and each.holder != loser and (amount := shiftable(each, loser))
    ]
    post_many(posted)


def shiftable(winner: Held, loser: Organization) -> Money:
    """How much of the winner's share *loser* has with us beside its own."""
    has = free(loser, currency_of(winner.amount), is_client=not winner.is_client)
    return max(min(has, winner.amount), zero(currency_of(winner.amount)))


def _shift(winner: Held, loser: Organization, amount: Money, *, at: datetime) -> Movement:
    return movements.shift_costs(
        case=winner.case,
        loser=loser.pk,
        winner=winner.holder.pk,
        winner_is_client=winner.is_client,
        amount=amount,
        at=at,
    )


def _code(holder: Organization, *, is_client: bool) -> str:
    return f"client:{holder.pk}:credit" if is_client else f"freelancer:{holder.pk}:available"


def _too_little(share: Held, has: Money) -> NotAllowed:
    what = "credit" if share.is_client else "available money"
    return NotAllowed(
        f"The share is {show(share.amount)} and your {what} is {show(has)}. "
        "Our own panel decides as well, and costs nothing."
    )

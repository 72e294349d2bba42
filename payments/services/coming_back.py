"""What was withdrawn comes back: it is available again, and a bank that decides keeps its part.

Who calls this holds the payee's lock, so that no case begins or ends meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, take
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post
from payments.models import Payee, Payout
from payments.services import setting_aside, telling_of_chargebacks

WANTED = SYSTEM("the client's bank wants a payment back")
UNSENT = (Payout.State.REQUESTED, Payout.State.HELD)


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Withdrawals that a bank's case stopped: what is to be posted, and what each brings back."""

    posts: Sequence[Movement]
    back: Mapping[int, Money]


def lock_with_payee(payout_id: int) -> tuple[Payee, Payout]:
    """Lock the payee first: what lies at their account and what is promised change together."""
    freelancer_id = Payout.objects.values_list("freelancer", flat=True).get(pk=payout_id)
    payee = Payee.objects.lock_of(freelancer_id)
    return payee, Payout.objects.lock(payout_id)


def put_back(payout: Payout, *, at: datetime, actor: int | None = None) -> None:
    """Have the sum and its fee in the balance again. This posts: call it last."""
    post(_put_back(payout, at=at, actor=actor))
    setting_aside.add(payout.freelancer_id, payout.drawn, at=at)


def returned(payout: Payout, *, at: datetime) -> None:
    """The same for what the bank had already. This posts: call it last."""
    post(
        movements.return_payout(
            payout=payout.ref,
            freelancer=payout.freelancer_id,
            amount=payout.drawn,
            fee=payout.kept,
            at=at,
        )
    )
    setting_aside.add(payout.freelancer_id, payout.drawn, at=at)


def lock_unsent(freelancers: Collection[int], currency: str) -> list[Payout]:
    """What can still be called off of what they withdrew, the newest first.

    What was converted for it is of another currency now, and not what a bank may get.
    """
    there = Payout.objects.filter(freelancer__in=freelancers, currency=currency, quote=None)
    keys = there.filter(state__in=UNSENT).order_by("pk").values_list("pk", flat=True)
    locked = [Payout.objects.lock(pk) for pk in keys]
    return [payout for payout in reversed(locked) if payout.state in UNSENT]


def call_off(
    unsent: Sequence[Payout], missing: Mapping[int, Money], *, client: str, at: datetime
) -> CalledOff:
    """Call off as many as hold what is *missing* of each freelancer's. The caller posts, then
    has what came back set apart.
    """
    posts: list[Movement] = []
    back: dict[int, Money] = {}
    for payout in unsent:
        of = payout.freelancer_id
        nothing = payout.amount - payout.amount
        if back.get(of, nothing) >= missing.get(of, nothing):
            continue
        payout.problem = f"The bank of {client} wants a payment back, so it was not sent."[:300]
        take(payout.cancel, by=WANTED, at=at)
        telling_of_chargebacks.payout_called_off(payout, client, at=at)
        posts.append(_put_back(payout, at=at))
        back[of] = back.get(of, nothing) + payout.drawn
    return CalledOff(posts, back)


def _put_back(payout: Payout, *, at: datetime, actor: int | None = None) -> Movement:
    return movements.fail_payout(
        payout=payout.ref,
        freelancer=payout.freelancer_id,
        amount=payout.drawn,
        fee=payout.kept,
        at=at,
        actor=actor,
    )

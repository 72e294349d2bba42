"""A bank takes back a payment that nothing had waited for: what was set apart goes out with it."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from ledger import movements
from ledger.movements import Movement
from payments.models import Chargeback, Refund, StrayPayment

BY_THE_BANK = SYSTEM("the client's bank took it back itself")
GOES = {Refund.State.REQUESTED, Refund.State.SENT}


class RefundIsUnderWay(Exception):
    """We had begun to send it back: whether that arrives is known soon. Ask again then."""


def refuse_if_wanted(stray: StrayPayment) -> None:
    """:raises NotAllowed: its bank decides about it, or has a part: it would go back twice."""
    if stray.chargebacks.undecided().exists():
        raise NotAllowed(
            "Nothing can be done about this money now: the client's bank wants it back, and"
            " decides."
        )
    has_a_part = stray.chargebacks.filter(state=Chargeback.State.LOST).first()
    if has_a_part:
        raise NotAllowed(
            f"The client's bank has taken {show(has_a_part.amount)} of it for good, and what is"
            " left is not decided here: it stays in suspense. Return it at the provider, and"
            " explain the difference that this makes."
        )


def take_what_waits(case: Chargeback, *, at: datetime) -> tuple[Refund, list[Movement]] | None:
    """Let the bank have what waits, or could not be sent back. None: it is not there, or is
    another sum: of a part that it took, the whole stays where it is, and a person decides.

    The refund has gone its way by this: its client has the money, from the bank. The caller
    has locked the charge, and posts.

    :raises RefundIsUnderWay: it may still go back by itself.
    """
    assert case.stray_id, "It is about a payment that nothing waited for."
    stray = StrayPayment.objects.lock(case.stray_id)
    posts: list[Movement] = []
    if stray.returned_at is None:
        if stray.matched_at or stray.amount != case.amount:
            return None
        refund, left = _out_of_suspense(case, stray, at=at)
        posts.append(left)
    else:
        refund = Refund.objects.lock(Refund.objects.get(stray=stray).pk)
        if refund.state in GOES:
            raise RefundIsUnderWay(f"{refund} of {stray} is {refund.get_state_display()}")
        if refund.state != Refund.State.FAILED or refund.sent_amount != case.amount:
            return None
        take(refund.retry, by=BY_THE_BANK, at=at)
    take(refund.send, by=BY_THE_BANK, at=at, refund_id=case.dispute_id)
    refund.settled_at = at  # The case's own line of the balance is all there will be.
    take(refund.succeed, by=BY_THE_BANK, at=at)
    lost = movements.lose_stray(
        case=case.ref,
        refund=refund.ref,
        client=case.charge.client_id,
        amount=case.amount,
        at=at,
    )
    return refund, [*posts, lost]


def _out_of_suspense(
    case: Chargeback, stray: StrayPayment, *, at: datetime
) -> tuple[Refund, Movement]:
    """Nobody had said whose it is: its bank has it back. The gateway is not asked for that."""
    stray.returned_at = at
    stray.save(update_fields=["returned_at"])
    charge = case.charge
    if stray.payment_id == charge.payment_id:
        charge.refunded += stray.amount
        charge.save(update_fields=["refunded"])
    refund = Refund.objects.create(
        charge=charge,
        stray=stray,
        currency=stray.currency,
        amount=stray.amount,
        to_credit=stray.amount - stray.amount,
        payment_id=stray.payment_id,
        reason=stray.why,
        requested_at=at,
    )
    return refund, movements.return_unmatched(
        stray=stray.ref, refund=refund.ref, client=charge.client_id, amount=stray.amount, at=at
    )

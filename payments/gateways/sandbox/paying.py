"""What a payer does on the payment page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from payments.gateways.sandbox import ending
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import SandboxPayment, SandboxSession
from payments.gateways.sandbox.outcomes import BY_CODE, TRANSFER, Ending, Outcome, arrival
from payments.gateways.sandbox.telling import expect, tell

Status = SandboxPayment.Status


@transaction.atomic
def pay(session_id: str, code: str, *, at: datetime) -> SandboxPayment:
    """Pay on the page with the outcome that *code* names.

    :raises NotAllowed: the page was used before, or has expired.
    """
    session, outcome = opened(session_id, at), BY_CODE[code]
    payment = SandboxPayment.objects.filter(session=session).first() or SandboxPayment(
        id=made_up("pi"),
        charge_id=made_up("ch"),
        session=session,
        reference=session.reference,
        metadata=session.metadata,
        amount=session.amount,
        currency=session.currency,
        created_at=at,
    )
    payment.outcome = outcome.code
    if outcome.ending == Ending.PAID:
        _complete(session, payment, at=at)
    elif outcome.ending == Ending.REFUSED:
        ending.refuse(payment, at=at)
    elif outcome.ending == Ending.TO_CONFIRM:
        payment.status, payment.problem = Status.ACTION, ""
        payment.save()
        tell("payment_intent.requires_action", payment, at=at)
    else:
        _start(session, payment, outcome, at=at)
    return payment


@transaction.atomic
def confirm(session_id: str, *, agrees: bool, at: datetime) -> SandboxPayment:
    """Answer the bank's question about a payment that has to be confirmed.

    :raises NotAllowed: there is nothing to confirm, or the page has expired.
    """
    session = opened(session_id, at)
    payment = SandboxPayment.objects.filter(session=session, status=Status.ACTION).first()
    if payment is None:
        raise NotAllowed("There is nothing to confirm here.")
    if agrees:
        _complete(session, payment, at=at)
    else:
        payment.status = Status.UNPAID
        payment.problem = "You did not confirm the payment with your bank."
        payment.save()
        tell("payment_intent.payment_failed", payment, at=at)
    return payment


def opened(session_id: str, at: datetime) -> SandboxSession:
    """Return the page, locked, if it may still be used.

    :raises NotAllowed: it was used before, or has expired.
    """
    session = (
        SandboxSession.objects.select_related("customer")
        .select_for_update(of=["self"], no_key=True)
        .get(pk=session_id)
    )
    done = "paid" if session.mode == SandboxSession.Mode.PAYMENT else "saved"
    if session.status == SandboxSession.Status.COMPLETE:
        raise NotAllowed(f"This was {done} before. Nothing was {done} now.")
    if session.status == SandboxSession.Status.EXPIRED or session.expires_at <= at:
        raise NotAllowed(f"This page has expired. Nothing was {done}.")
    return session


def _complete(session: SandboxSession, payment: SandboxPayment, *, at: datetime) -> None:
    session.status = SandboxSession.Status.COMPLETE
    session.save(update_fields=["status"])
    payment.status = Status.PROCESSING
    payment.save()
    ending.succeed(payment, at=at)
    tell("checkout.session.completed", session, at=at)


def _start(
    session: SandboxSession, payment: SandboxPayment, outcome: Outcome, *, at: datetime
) -> None:
    session.status = SandboxSession.Status.COMPLETE
    session.save(update_fields=["status"])
    payment.status, payment.problem = Status.PROCESSING, ""
    comes_at = arrival(outcome, at=at)
    payment.arrives_at = None if outcome.group == TRANSFER else comes_at  # A payer's own affair.
    payment.save()
    tell("checkout.session.completed", session, at=at)
    asks = "requires_action" if outcome.group == TRANSFER else "processing"
    tell(f"payment_intent.{asks}", payment, at=at)
    if outcome.ending != Ending.NEVER:
        expect("settle_debit", payment.id, at=comes_at)

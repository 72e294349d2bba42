"""Ways to pay that are kept: saved on a page, charged while nobody is there, let go of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.platform import clock
from payments.gateways.base import (
    Declined,
    InvalidRequest,
    NeedsAction,
    OffSessionCharge,
    PaymentState,
    SetupRequest,
)
from payments.gateways.sandbox import ending, snapshots
from payments.gateways.sandbox.asking import PAGE_LIVES, customer, require_statement
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import SandboxMethod, SandboxPayment, SandboxSession
from payments.gateways.sandbox.outcomes import EXPIRED, Ending, arrival
from payments.gateways.sandbox.paying import opened
from payments.gateways.sandbox.saved import SAVED_BY_CODE, Saved
from payments.gateways.sandbox.shapes.payments import problem_of, setup_intent
from payments.gateways.sandbox.telling import expect, tell
from payments.gateways.sums import theirs

Status = SandboxPayment.Status


def session(r: SetupRequest) -> SandboxSession:
    now = clock.now()
    row = SandboxSession.objects.create(
        id=made_up("cs"),
        mode=SandboxSession.Mode.SETUP,
        customer=customer(r.payer),
        reference=r.reference,
        amount=0,
        currency=r.currency,
        lines=[],
        metadata={"reference": r.reference},
        success_url=r.success_url,
        cancel_url=r.cancel_url,
        created_at=now,
        expires_at=now + PAGE_LIVES,
    )
    expect("expire", row.id, at=row.expires_at)
    return row


@transaction.atomic
def keep(session_id: str, code: str, *, at: datetime) -> SandboxMethod:
    """Save on the page the way to pay that *code* names.

    :raises NotAllowed: the page was used before, or has expired.
    """
    page, saved = opened(session_id, at), SAVED_BY_CODE[code]
    method = SandboxMethod.objects.create(
        id=made_up("pm"),
        customer=page.customer,
        outcome=code,
        expires_on=saved.expires_on(at.date()),
        created_at=at,
        is_verified=not saved.verified_after,
    )
    page.method, page.status = method, SandboxSession.Status.COMPLETE
    page.save(update_fields=["method", "status"])
    if saved.verified_after:
        expect("verify_method", page.id, at=at + timedelta(days=saved.verified_after))
    else:
        _verify(page, method, at=at)
    tell("checkout.session.completed", page, at=at)
    return method


def verify(session_id: str, at: datetime) -> None:
    """What was deposited was named: the bank account is its owner's and is saved, or it is not."""
    page = SandboxSession.objects.select_related("method", "customer").get(pk=session_id)
    assert page.method, "What waits to be verified was named."
    if SAVED_BY_CODE[page.method.outcome].refused_as:
        page.method.refused_at = at
        page.method.save(update_fields=["refused_at"])
        tell("setup_intent.setup_failed", page, at=at, shape=setup_intent(page))
        return
    _verify(page, page.method, at=at)


def _verify(page: SandboxSession, method: SandboxMethod, *, at: datetime) -> None:
    method.is_verified = True
    method.save(update_fields=["is_verified"])
    tell("payment_method.attached", method, at=at)
    tell("setup_intent.succeeded", page, at=at, shape=setup_intent(page))


def charge(r: OffSessionCharge) -> SandboxPayment:
    """What the bank refuses is remembered, too: the same key is refused the same way."""
    theirs(r.amount, r.currency)
    require_statement(r.statement)
    now, method = clock.now(), _attached(r.method_id, r.customer)
    saved = SAVED_BY_CODE[method.outcome]
    payment = SandboxPayment(
        id=made_up("pi"),
        charge_id=made_up("ch"),
        method=method,
        reference=r.reference,
        metadata=dict(r.metadata) or {"charge": r.reference},
        amount=r.amount,
        currency=r.currency,
        outcome=method.outcome,
        status=Status.PROCESSING,
        created_at=now,
    )
    if method.expires_on and method.expires_on < now.date():
        ending.refuse(payment, at=now, problem=EXPIRED)
    elif saved.ending in {Ending.REFUSED, Ending.TO_CONFIRM}:
        ending.refuse(payment, at=now)
    elif saved.takes_days:
        _start(payment, saved, at=now)
    else:
        ending.succeed(payment, at=now)
    return payment


def answered(payment_id: str) -> PaymentState:
    """What the call is answered with, the first time and each time after.

    :raises Declined: the payer's bank said no.
    :raises NeedsAction: it wants to see the payer.
    """
    payment = SandboxPayment.objects.select_related("session", "method", "payer").get(pk=payment_id)
    said = problem_of(payment)
    if said is None or payment.arrives_at is not None:
        return snapshots.payment(payment)
    if said["code"] == "authentication_required":
        raise NeedsAction(payment.id)
    raise Declined(said["code"], said.get("decline_code", ""), said["message"])


def detach(method_id: str) -> str:
    method = SandboxMethod.objects.select_for_update(no_key=True).filter(pk=method_id).first()
    if method is None or method.detached_at is not None:
        raise InvalidRequest("Only an attached method can be let go of.", param="payment_method")
    method.detached_at = clock.now()
    method.save(update_fields=["detached_at"])
    tell("payment_method.detached", method, at=method.detached_at)
    return method.id


def _attached(method_id: str, customer_id: str) -> SandboxMethod:
    method = (
        SandboxMethod.objects.select_related("customer")
        .select_for_update(of=["self"], no_key=True)
        .filter(pk=method_id, customer=customer_id, detached_at=None, is_verified=True)
        .first()
    )
    if method is None:
        raise InvalidRequest(
            "This way to pay is not there any more.",
            param="payment_method",
            code="resource_missing",
        )
    if method.mandate_ended_at is not None:
        raise InvalidRequest(
            "The bank takes no more debits from us.", code="payment_intent_mandate_invalid"
        )
    return method


def _start(payment: SandboxPayment, saved: Saved, *, at: datetime) -> None:
    payment.arrives_at = arrival(saved, at=at)
    payment.save()
    tell("payment_intent.processing", payment, at=at)
    expect("settle_debit", payment.id, at=payment.arrives_at)

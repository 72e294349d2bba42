"""What the gateway says of the ways in which a client pays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform import audit
from payments.gateways.base import MandateState, MethodState, SetupState
from payments.models import FailedMethod, Payer, PaymentMethod
from payments.models.payer import next_warning
from payments.services import telling_of_methods
from payments.services.method_order import arrange, ours, successor, take_out


@transaction.atomic
def keep(payer_id: int, state: MethodState, *, at: datetime) -> PaymentMethod:
    """Keep what was saved on the gateway's page, as the primary or as the last backup.

    Everybody who may pay is told. Learning of it again does nothing.
    """
    payer = Payer.objects.lock(payer_id)
    saved = PaymentMethod.objects.filter(organization=payer.organization)
    method, is_new = saved.get_or_create(
        method_id=state.method_id,
        defaults={
            "organization": payer.organization,
            "customer": state.customer,
            "kind": state.kind,
            "label": state.label[:100],
            "last4": state.last4[:4],
            "expires_on": state.expires_on,
            "warn_at": next_warning(state.expires_on, after=at),
            "position": saved.present().count(),
            "verified_at": at,
        },
    )
    if is_new:
        by = SYSTEM("the payer saved it on the gateway's page")
        audit.record(by, "payment_method.added", f"payment_method/{method.ref}", at=at)
        arrange(ours(method))
        method.refresh_from_db()
        telling_of_methods.added(method, at=at)
    return method


@transaction.atomic
def could_not_verify(payer_id: int, state: SetupState, *, at: datetime) -> FailedMethod:
    """Keep for a while what could not be verified, and why; it is none of their ways to pay.

    Everybody who may pay is told. Learning of it again does nothing.
    """
    assert state.failed, "Something was tried."
    payer = Payer.objects.lock(payer_id)
    tried, is_new = FailedMethod.objects.get_or_create(
        setup_id=state.setup_id,
        defaults={
            "organization": payer.organization,
            "label": state.failed.label[:100],
            "last4": state.failed.last4[:4],
            "problem": state.problem[:300],
            "problem_code": state.code[:100],
            "failed_at": at,
        },
    )
    if is_new:
        by = SYSTEM("the gateway could not verify it")
        about = f"payer/{payer.ref}"
        audit.record(by, "payment_method.failed", about, at=at, code=tried.problem_code)
        telling_of_methods.failed(tried, at=at)
    return tried


@transaction.atomic
def follow(state: MethodState, *, at: datetime) -> PaymentMethod | None:
    """Note what the gateway says of a saved way to pay; None: it is none that we keep.

    A bank renews a card by itself, and who is a client there may let go of it elsewhere.
    """
    found = PaymentMethod.objects.filter(method_id=state.method_id).first()
    if found is None:
        return None
    Payer.objects.lock_of(found.organization_id)
    method = PaymentMethod.objects.select_related("organization").get(pk=found.pk)
    if not state.customer:
        if method.removed_at is None:
            take_out(method, at=at)
        return method
    if method.expires_on != state.expires_on:
        method.warn_at = next_warning(state.expires_on, after=at)
    method.last4, method.expires_on = state.last4[:4], state.expires_on
    method.save(update_fields=["last4", "expires_on", "warn_at"])
    return method


@transaction.atomic
def follow_mandate(state: MandateState, *, at: datetime) -> PaymentMethod | None:
    """Note whether its bank still lets us debit a way to pay; None: it is none that we keep.

    One that it does not is charged no more and stands behind the others, which take its place.
    """
    found = PaymentMethod.objects.filter(method_id=state.method_id).first()
    if found is None:
        return None
    Payer.objects.lock_of(found.organization_id)
    method = PaymentMethod.objects.select_related("organization").get(pk=found.pk)
    if method.removed_at is not None or method.is_usable == state.is_active:
        return method
    method.unusable_since = None if state.is_active else at
    method.save(update_fields=["unusable_since"])
    arrange(ours(method))
    if not state.is_active:
        bank = SYSTEM("its bank ended the mandate")
        audit.record(bank, "payment_method.ended", f"payment_method/{method.ref}", at=at)
        telling_of_methods.ended(method, successor=successor(method), at=at)
    return method

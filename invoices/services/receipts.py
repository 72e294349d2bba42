"""Receipts for money that moved: written with it, numbered and drawn by jobs after commit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.platform.queue import later
from invoices.documents import freezing, receipts
from invoices.models import Receipt
from invoices.services.numbering import OurKind, take_our_number
from payments.models import Charge, Escrow, Payout

KINDS = {
    Receipt.Kind.PAYMENT: OurKind.RECEIPT,
    Receipt.Kind.DEPOSIT: OurKind.DEPOSIT,
    Receipt.Kind.PAYOUT: OurKind.PAYOUT,
    Receipt.Kind.PAYOUT_BACK: OurKind.PAYOUT_BACK,
}

CAUSES = {Receipt.Kind.PAYOUT: "payout", Receipt.Kind.PAYOUT_BACK: "payout-back"}


@transaction.atomic
def write_for_charge(charge: Charge, *, at: datetime) -> list[Receipt]:
    """Write the receipt of a payment that succeeded, and one for each part that is held.

    In the transaction of the money. What has its receipt already gets no second one.
    """
    if charge.state != Charge.State.SUCCEEDED:
        return []
    wanted = [_of_payment(charge, at)]
    held = Escrow.objects.filter(funded_by=charge, divided_from=None)
    wanted += [_of_deposit(charge, escrow, at) for escrow in held.order_by("pk")]
    return _write(wanted)


@transaction.atomic
def write_for_payout(payout_id: int) -> list[Receipt]:
    """Write the advice of a payout that was sent; a second time changes nothing."""
    payout = Payout.objects.select_related("freelancer").get(pk=payout_id)
    sent = payout.changes.filter(became=Payout.State.SENT).order_by("pk").last()
    return _write([_of_payout(payout, Receipt.Kind.PAYOUT, sent.at)]) if sent else []


@transaction.atomic
def take_back_advice(payout_id: int) -> list[Receipt]:
    """Write that a payout which was sent came back: its advice stands no more.

    In the transaction that learns of it. The advice may not be written yet, and is then
    written first. A second time changes nothing.
    """
    payout = Payout.objects.select_related("freelancer").get(pk=payout_id)
    if payout.state not in {Payout.State.FAILED, Payout.State.CANCELLED}:
        return []
    write_for_payout(payout_id)
    if not Receipt.objects.filter(cause=f"payout/{payout.ref}").exists():
        return []  # It was never sent, so nothing said that it was.
    gone = payout.changes.filter(became=payout.state).order_by("pk").last()
    assert gone, "Every step writes its history."
    return _write([_of_payout(payout, Receipt.Kind.PAYOUT_BACK, gone.at)])


@transaction.atomic
def number(receipt_id: int) -> Receipt:
    """Give a receipt its number and freeze it; a second time changes nothing."""
    receipt = Receipt.objects.lock(receipt_id)
    if receipt.is_issued:
        return receipt  # The job runs at least once; the first run did it.
    kind = KINDS[Receipt.Kind(receipt.kind)]
    given = take_our_number(kind, on=receipt.caused_at.date())
    receipt.bear(given)
    receipt.verification_code = public_ref()
    receipt.issued_at = receipt.caused_at
    receipt.frozen = receipts.receipt(receipt, number=given.text, code=receipt.verification_code)
    receipt.frozen_sha256 = freezing.sha256(receipt.frozen)
    receipt.save()
    later("invoices.tasks.render_receipt", receipt_id=receipt.pk)
    return receipt


def _of_payment(charge: Charge, at: datetime) -> Receipt:
    return Receipt(
        kind=Receipt.Kind.PAYMENT,
        cause=f"payment/{charge.ref}",
        recipient=charge.client,
        charge=charge,
        currency=charge.currency,
        amount=charge.amount,
        caused_at=at,
    )


def _of_deposit(charge: Charge, escrow: Escrow, at: datetime) -> Receipt:
    return Receipt(
        kind=Receipt.Kind.DEPOSIT,
        cause=f"deposit/{escrow.ref}",
        recipient=charge.client,
        charge=charge,
        escrow=escrow,
        currency=escrow.currency,
        amount=escrow.gross,
        caused_at=at,
    )


def _of_payout(payout: Payout, kind: Receipt.Kind, at: datetime) -> Receipt:
    return Receipt(
        kind=kind,
        cause=f"{CAUSES[kind]}/{payout.ref}",
        recipient=payout.freelancer,
        payout=payout,
        currency=payout.currency,
        amount=payout.drawn,
        caused_at=at,
    )


def _write(wanted: list[Receipt]) -> list[Receipt]:
    causes = [receipt.cause for receipt in wanted]
    known = set(Receipt.objects.filter(cause__in=causes).values_list("cause", flat=True))
    written = Receipt.objects.bulk_create(
        [receipt for receipt in wanted if receipt.cause not in known]
    )
    for receipt in written:
        later("invoices.tasks.issue_receipt", receipt_id=receipt.pk)
    return written

"""A client's bank wants a payment back: what that causes, in order, for everybody concerned.

Payments follow what the bank decides. Here a dispute between the two sides learns that its
money is gone, a milestone that it is not funded any more, an invoice that it is owed again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from disputes.models import Dispute
from disputes.services import splitting
from invoices.models import Invoice, Milestone
from invoices.services import clocks, lost_money, taken_back
from invoices.services.locking import lock_from_the_top, lock_with_contract
from payments.gateways.base import DisputeState
from payments.models import Charge, Chargeback, ChargebackPart
from payments.services import chargebacks, losses


@transaction.atomic
def follow(charge: Charge, state: DisputeState, *, at: datetime) -> chargebacks.News:
    """Bring everything to where the bank's case is. Learning of it again does nothing."""
    disputes = _lock_from_the_top(charge)
    protected = taken_back.protected_lots(losses.lots_of(charge))
    news = chargebacks.follow(charge.pk, state, protected=protected, at=at)  # posts to the books
    for escrow_id in news.emptied:
        for dispute in disputes:
            if dispute.escrow_id == escrow_id and dispute.is_running:
                splitting.void(dispute.pk, at=at)
        held = Milestone.objects.filter(escrow=escrow_id, state=Milestone.State.FUNDED)
        for pk in held.values_list("pk", flat=True):
            taken_back.unfund(pk, at=at)
    if news.booked:
        _settle_papers(news.case, at=at)
    if news.returned:
        _settle_papers_again(news, at=at)
    for escrow_id in news.unfrozen:
        clocks.go_on(escrow_id, at=at)
    if news.booked or news.returned:
        _fit_what_waits(news.case, at=at)
    return news


def _settle_papers(case: Chargeback, *, at: datetime) -> None:
    taken_back.credit_fees(case, at=at)
    for part in case.parts.select_related("open_item").order_by("pk"):
        if part.open_item:
            taken_back.reopen(part.open_item, at=at)


def _settle_papers_again(news: chargebacks.News, *, at: datetime) -> None:
    """The bank has decided anew: what was undone is done again, with papers of its own."""
    taken_back.bill_fees_again(news.case, refilled=news.refilled, at=at)
    for part in news.case.parts.select_related("open_item").order_by("pk"):
        if part.open_item:
            taken_back.settle_again(part.open_item, at=at)


def _fit_what_waits(case: Chargeback, *, at: datetime) -> None:
    """What is asked back of held money, and what waits for it, is about what is held by now."""
    touched = case.parts.filter(kind=ChargebackPart.Kind.HELD).order_by("escrow_id")
    for escrow_id in touched.values_list("escrow_id", flat=True):
        taken_back.withdraw_requests(escrow_id, at=at)
        lost_money.fit_all(escrow_id, at=at)


def _lock_from_the_top(charge: Charge) -> list[Dispute]:
    """Disputes, then contracts with their milestones and invoices, by their keys."""
    escrows, lots = losses.escrows_of(charge), losses.lots_of(charge)
    unsplit = Dispute.objects.filter(escrow__in=escrows, split_at=None).order_by("pk")
    disputes = [Dispute.objects.lock(pk) for pk in unsplit.values_list("pk", flat=True)]
    milestones = Milestone.objects.filter(escrow__in=escrows)
    papers = Invoice.objects.filter(escrow__in=escrows) | Invoice.objects.filter(
        ref__in=losses.documents_of(lots)
    )
    papers |= Invoice.objects.filter(open_item__in=losses.owed_and_paid_by(charge))
    found = [(*row, False) for row in papers.values_list("contract_id", "pk")]
    found += [(*row, True) for row in milestones.values_list("contract_id", "pk")]
    for _, pk, is_milestone in sorted(found):
        if is_milestone:
            lock_with_contract(pk)
        else:
            lock_from_the_top(pk)
    return disputes

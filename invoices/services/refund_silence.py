"""What becomes of requests that nobody answered, as of the deadline they had."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, take
from invoices.models import RefundRequest
from invoices.models.refund_request_rows import REMIND_BEFORE
from invoices.services import clocks, refund_letters, refund_requests
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_request
from payments.models import Freeze

SILENCE = SYSTEM("seven days passed without an answer")


def answer_unanswered(*, at: datetime) -> list[RefundRequest]:
    """Grant what is asked of held money, close what is asked of released money, each on its own."""
    due = RefundRequest.objects.unanswered(at=at).order_by("answer_by", "pk")
    thawed = Freeze.objects.filter(escrow__in=due.values("milestone__escrow"))
    for escrow_id in thawed.values_list("escrow"):
        clocks.go_on(*escrow_id, at=at)  # Nobody did when it ended; what it took is not over.
    return one_by_one(due.values_list("pk", flat=True), _answer, to="answer refund request")


def remind(*, at: datetime) -> list[RefundRequest]:
    """Write to both sides two days before silence decides, once."""
    due = RefundRequest.objects.to_remind(at=at).order_by("answer_by", "pk")
    return one_by_one(due.values_list("pk", flat=True), _remind, to="remind of refund request")


@transaction.atomic
def _answer(request_id: int) -> RefundRequest:
    request = lock_request(request_id)
    # A late sweep must not make anybody's dates later.
    deadline = request.answer_by
    if request.kind == RefundRequest.Kind.RELEASED:
        take(request.expire, by=SILENCE, at=deadline)
        refund_letters.tell_of_expiry(request, at=deadline)
        close_if_done(request.contract, at=deadline)
        return request
    take(request.lapse, by=SILENCE, at=deadline)
    refund_requests.carry_out(request, by=SILENCE, at=deadline)
    return request


@transaction.atomic
def _remind(request_id: int) -> RefundRequest | None:
    request = RefundRequest.objects.lock(request_id)
    if not request.is_asked or request.reminded_at:
        return None  # It was answered while we were getting here.
    request.reminded_at = request.answer_by - REMIND_BEFORE
    request.save(update_fields=["reminded_at"])
    refund_letters.tell_of_deadline(request, at=request.reminded_at)
    return request

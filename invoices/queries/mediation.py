"""Whether a mediator may be asked about released money now: pages say it, services refuse by it."""

from __future__ import annotations

from datetime import datetime

from invoices.models import RefundRequest
from invoices.models.refund_request import ASKED_WITHIN


def why_no_mediator(request: RefundRequest, *, at: datetime) -> str:
    """Say why nobody of ours can be asked to help with *request*; empty: somebody can."""
    invoice = request.invoice
    assert invoice, "Released money was paid on an invoice."
    assert invoice.paid_at, "Nothing is asked back that was not paid."
    if at > invoice.paid_at + ASKED_WITHIN:
        return "It was paid more than a year ago: talk to each other."
    if invoice.refund_requests.unsettled().exclude(pk=request.pk).exists():
        return f"Something else was asked back of {invoice}: that comes first."
    return ""

"""What the two agreed to, as far as a dispute counts with it."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import show
from disputes.models import Dispute
from invoices.taxing import percent


@dataclass(frozen=True, slots=True)
class Term:
    words: str
    value: str


def terms_of(dispute: Dispute) -> list[Term]:
    """The contract as the two agreed to it, in a few lines."""
    contract, invoice = dispute.contract, dispute.invoice
    accepted = contract.accepted_at
    return [
        Term("Contract", contract.title),
        Term("Accepted", f"{accepted.day} {accepted:%B %Y}" if accepted else "—"),
        Term("Client", str(contract.client)),
        Term("Freelancer", str(contract.freelancer)),
        Term("Invoice", f"{show(invoice.gross)}, {invoice.get_state_display()}"),
        Term("Time to review", f"{contract.review_days} days"),
        Term("Client’s fee", percent(contract.client_fee_bps)),
        Term("Freelancer’s fee", percent(contract.freelancer_fee_bps)),
    ]

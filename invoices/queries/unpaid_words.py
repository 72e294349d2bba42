"""What happens to the money of an invoice that is not approved but sent back, or withdrawn."""

from __future__ import annotations

from billing_site.kernel.money import show
from invoices.models import Invoice
from payments.models import Escrow


def while_returned(invoice: Invoice) -> str:
    """Where the money is while the freelancer changes what they billed."""
    if _is_held(invoice):
        return f"The {show(invoice.gross)} stay held."
    if invoice.week_id:
        return "Nothing is held for it yet, and the charge for it goes on."
    return "Nothing is held for it, and nothing is charged."


def once_withdrawn(invoice: Invoice) -> str:
    """What a withdrawal does with the money. Ask before it: nothing may be held afterwards."""
    if not _is_held(invoice):
        return f"{invoice.recipient} pays nothing for it."
    if invoice.week_id:
        return f"What is held goes back to {invoice.recipient}, with our fee on it."
    return f"The {show(invoice.gross)} stay held for the work, to be billed anew."


def after_withdrawal(invoice: Invoice) -> str:
    """What became of the money of a withdrawn invoice, whose work may be paid long since."""
    if invoice.escrow is None or invoice.escrow.state == Escrow.State.DROPPED:
        return "Nothing was charged for it."
    if invoice.week_id:
        return "What was held went back."
    if _is_held(invoice):
        return "The money stays held for the work."
    return "The work was settled otherwise."


def _is_held(invoice: Invoice) -> bool:
    return invoice.escrow is not None and invoice.escrow.state == Escrow.State.HELD

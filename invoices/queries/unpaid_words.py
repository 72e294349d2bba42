"""What happens to the money of an invoice that is sent, sent back or withdrawn, not approved."""

from __future__ import annotations

from billing_site.kernel.money import show
from invoices.models import Invoice
from invoices.models.invoice import AGAIN
from payments.models import Escrow


def once_submitted(invoice: Invoice) -> str:
    """How long the client has once it is sent, and what their silence means. Ask before it."""
    days = AGAIN.days if invoice.week_id else invoice.contract.review_days
    has = f"{invoice.recipient} has {days} days. Without an answer"
    if invoice.source not in Invoice.AGREED:
        return f"{has} it comes back to you: silence charges nothing."
    if invoice.week_id and not (_is_held(invoice) or invoice.is_protected):
        return f"{has} it counts as approved, and you are paid once their payment has arrived."
    return f"{has} it counts as approved."


def while_reviewed(invoice: Invoice) -> str:
    """Whether an approval costs the client anything more."""
    if _is_held(invoice):
        return "The money is already held: approving costs nothing more."
    if invoice.week_id:
        return "Nothing is held for it yet: it can be approved once the payment for it is here."
    return "Nothing is held for it: it is due once you approve it."


def for_you(invoice: Invoice) -> str:
    """Where the money is while the client looks, for who earns it."""
    if _is_held(invoice):
        return "The money is held for you."
    return "Their payment for it is not here yet."


def taken_back(invoice: Invoice, *, for_client: bool) -> str:
    """What a bank took of the money for it, where that is less than was billed."""
    held = invoice.escrow
    if held is None or held.state != Escrow.State.HELD or not held.lost:
        return ""
    whose = "Your bank" if for_client else f"The bank of {invoice.recipient}"
    return (
        f"{whose} took back {show(held.lost)} of that: it is for the {show(held.remaining)} left."
    )


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

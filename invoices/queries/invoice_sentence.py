"""The one sentence on top of an invoice: where it stands, for whoever looks."""

from __future__ import annotations

from invoices.models import Invoice
from invoices.queries import unpaid_words
from invoices.queries.viewer import Viewer

S = Invoice.State
Source = Invoice.Source
WHAT = {
    Source.WEEK: "the hours of a week",
    Source.PERIOD: "a retainer period",
    Source.BONUS: "a bonus",
    Source.LINES: "an invoice",
    Source.LATE_FEE: "a late fee",
}


def sentence_of(invoice: Invoice, viewer: Viewer, *, frozen: str) -> str:
    """*frozen* is why its money stays where it is; empty: nothing keeps it."""
    if invoice.state == S.CREDITED:
        return f"It was credited in full: nothing is asked for {what_of(invoice)} any more."
    if invoice.state == S.WRITTEN_OFF and not viewer.is_client:
        return f"You wrote it off. {invoice.recipient} still owes it, and may still pay."
    if invoice.state == S.CONTESTED:
        return (
            f"{what_of(invoice).capitalize()} is in dispute: nothing is paid and nothing goes "
            "back until it is over, and nobody's time to answer runs."
        )
    if frozen and invoice.state == S.SUBMITTED:
        return (
            f"The money for {what_of(invoice)} stays where it is: {frozen}. Until that is over it "
            "cannot be approved, and the time to answer does not run."
        )
    tell = _held if invoice.escrow_id else _owed
    return tell(invoice, what_of(invoice), viewer)


def what_of(invoice: Invoice) -> str:
    """What it bills, in the middle of a sentence."""
    if invoice.milestone:
        return f"milestone {invoice.milestone.position} of {invoice.contract}"
    return f"{WHAT.get(Source(invoice.source), invoice.get_source_display())} of {invoice.contract}"


def _held(invoice: Invoice, what: str, viewer: Viewer) -> str:
    returned = unpaid_words.while_returned(invoice)
    taken = unpaid_words.taken_back(invoice, for_client=viewer.is_client)
    taken = f" {taken}" if taken else ""
    withdrawn = unpaid_words.after_withdrawal(invoice)
    if viewer.is_client:
        return {
            S.SUBMITTED: f"{invoice.issuer} delivered {what}. "
            f"{unpaid_words.while_reviewed(invoice)}{taken}",
            S.RETURNED: f"You asked for changes to {what}. {returned}{taken}",
            S.WITHDRAWN: f"{invoice.issuer} withdrew it. {withdrawn}",
            S.PAID: f"Paid from the money you set aside for {what}. Nothing is left to pay.",
        }.get(S(invoice.state), what)
    return {
        S.DRAFT: f"A draft for {what}: {invoice.recipient} does not see it yet.",
        S.SUBMITTED: f"{invoice.recipient} has {what} to review. {unpaid_words.for_you(invoice)}"
        f"{taken}",
        S.RETURNED: f"{invoice.recipient} asks for changes to {what}. {returned}{taken}",
        S.WITHDRAWN: f"You withdrew it. {withdrawn}",
        S.PAID: f"{invoice.recipient} approved {what}. Your share is yours.",
    }.get(S(invoice.state), what)


def _owed(invoice: Invoice, what: str, viewer: Viewer) -> str:
    due = f"{invoice.due_on.day} {invoice.due_on:%B %Y}" if invoice.due_on else ""
    did = "gave" if invoice.was_given else "approved"
    if viewer.is_client:
        return {
            S.SUBMITTED: f"{invoice.issuer} asks to be paid for {what}. Nothing is held for it.",
            S.RETURNED: f"It went back to {invoice.issuer}. Nothing was charged for {what}.",
            S.WITHDRAWN: f"{invoice.issuer} withdrew it. Nothing is due for {what}.",
            S.APPROVED: f"You {did} {what}. It is due by {due}.",
            S.WRITTEN_OFF: f"You approved {what}. It was due by {due}.",
            S.PAID: f"You {did} and paid {what}. Nothing is left to pay.",
        }.get(S(invoice.state), what)
    return {
        S.DRAFT: f"A draft for {what}: {invoice.recipient} does not see it yet.",
        S.SUBMITTED: f"{invoice.recipient} has {what} to review. Nothing is held for it.",
        S.RETURNED: f"It came back to you: change it and submit it again for {what}.",
        S.WITHDRAWN: f"You withdrew it. Nothing was charged for {what}.",
        S.APPROVED: f"{invoice.recipient} approved {what}; payment is due by {due}.",
        S.PAID: f"{invoice.recipient} paid {what}. Your share is yours.",
    }.get(S(invoice.state), what)

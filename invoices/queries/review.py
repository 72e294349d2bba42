"""Why an invoice cannot be approved now, and what becomes of it without an answer."""

from __future__ import annotations

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.queries import agreement
from invoices.queries.consent import Consent
from invoices.queries.viewer import Viewer
from payments.models import Charge, Escrow


def frozen(why: str) -> str:
    """Say what it means that its money stays where it is, if it does: *why* is the cause."""
    return f"It cannot be approved now: {why}. The time to answer does not run." if why else ""


def unpaid(invoice: Invoice) -> str:
    if invoice.escrow is None or invoice.escrow.state != Escrow.State.EXPECTED:
        return ""
    return (
        "Your payment for it is not here yet. It can be approved once it is. If you disagree, ask "
        "for changes by the date above: then nothing counts as approved. A dispute can be opened "
        "once the payment is here."
    )


def why_not(invoice: Invoice, viewer: Viewer, consent: Consent) -> str:
    if invoice.submitted_by_id == viewer.user.pk:
        return "You submitted it yourself: somebody else has to approve it."
    if not viewer.may(Deed.APPROVE):
        return "Your role does not approve work. An owner or an approver can."
    if mine := consent.of(viewer.user):
        if consent.is_enough:
            return ""  # The rule has changed since.
        return f"{mine} agreed to it. It takes two people; the other: {consent.others_words}."
    if agreement.seat_of(invoice, viewer.user, consent):
        return ""
    limit = viewer.membership.spending_limit
    return f"It is above your limit of {show(limit)}." if limit else "It is above your limit."


def silence(invoice: Invoice, viewer: Viewer) -> str:
    if not invoice.silence_approves:
        if viewer.is_client:
            return f"Without an answer it goes back to {invoice.issuer}. Nothing is charged."
        return f"If {invoice.recipient} stays silent, it comes back to you. Nothing is charged."
    if viewer.is_client and unpaid(invoice) and not invoice.is_protected:
        return "Without an answer it counts as approved, and is paid once your payment is here."
    if viewer.is_client:
        return f"Without an answer it counts as approved and {invoice.issuer} is paid."
    return f"If {invoice.recipient} stays silent, it counts as approved and you are paid."


def pay_url(invoice: Invoice) -> str:
    """Where hours are paid that wait for it; what is owed has a page of its own."""
    if not unpaid(invoice):
        return ""
    waiting = Charge.objects.filter(settlements__escrow=invoice.escrow, state__in=Charge.WAITING)
    charge = waiting.order_by("pk").last()
    return charge.get_absolute_url() if charge else ""

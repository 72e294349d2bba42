"""What a freelancer reads while the provider does not pay them: before they ask for anything."""

from __future__ import annotations

from billing_site.people.models import Organization
from payments.models import Payee

GO_ON = "Add a bank account to go on: the provider asks there for what it wants to know."


def payee_of(organization: Organization) -> Payee | None:
    """Return whom the provider knows; None: they have no account there yet."""
    return Payee.objects.filter(organization=organization).exclude(account="").first()


def why_not_paid(payee: Payee | None) -> str:
    """Say why what they withdrew would not be sent now; empty: it would, or they never began."""
    if payee is None or payee.may_be_paid:
        return ""
    words = f"You cannot be paid at present. {payee.why_not}".strip()
    if payee.short_at:
        return words
    return " ".join([words, *([f"{payee.wants}."] if payee.wants else []), GO_ON])


def what_is_wanted(payee: Payee | None) -> str:
    """Say what the provider asks for of somebody whom it still pays, and what happens when."""
    if payee is None or not payee.wants or not payee.may_be_paid:
        return ""
    if payee.wanted_by is None:
        return f"{payee.wants}. It has set no day for it yet."
    by = f"{payee.wanted_by:%-d %B %Y, %H:%M}"
    return f"{payee.wants} by {by} UTC. After that it pays you nothing until it knows."

"""A figure is between nothing and all, and who names it for the client may spend so much."""

from __future__ import annotations

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from disputes.models import Dispute, Side


def check_range(dispute: Dispute, figure: Money) -> None:
    """:raises NotAllowed: it is less than nothing, more than all, or in other money."""
    if currency_of(figure) != dispute.currency:
        raise NotAllowed(f"{dispute} is about {dispute.currency}.")
    if not zero(dispute.currency) <= figure <= dispute.at_stake:
        raise NotAllowed(f"Name a sum between nothing and {show(dispute.at_stake)}.")


def check_figure(dispute: Dispute, figure: Money, *, side: Side, by: User) -> None:
    """As `check_range`, and *by* may agree to it for *side*.

    :raises NotYours: it is more than *by* approves for the client.
    """
    check_range(dispute, figure)
    client = dispute.contract.client
    if side != Side.CLIENT or not figure:
        return
    if not may(by, Deed.APPROVE, client, figure):
        raise NotYours(f"It is not for {by} to approve {show(figure)} for {client}.")

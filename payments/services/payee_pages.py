"""The gateway's own page of a payee's account."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization, User
from payments.gateways import patience
from payments.gateways.base import HostedPage
from payments.services import outbox, payees
from payments.services.commands import answer_to


@patience.somebody_waits()
def open_dashboard(organization: Organization, *, by: User, at: datetime) -> HostedPage | None:
    """Return the page of their account at the gateway; None: no answer in time.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: the gateway has no account of theirs yet, or opens no page of it.
    """
    command = payees.ask_for_dashboard(organization, by=by, at=at)
    return answer_to(command, outbox.run(command.pk, at=at))

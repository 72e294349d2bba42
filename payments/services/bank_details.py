"""Where a client can send bank transfers to, for somebody who waits to see it."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization, User
from payments.gateways import patience
from payments.services import bank_transfers, outbox


@patience.somebody_waits()
def learn(organization: Organization, *, by: User, at: datetime) -> bool:
    """Ask the provider where they go, and tell whether there was an answer.

    :raises NotYours: *by* may not pay for this organization.
    """
    command = bank_transfers.ask_for_details(organization, by=by, at=at)
    return command is None or outbox.run(command.pk, at=at) is not None

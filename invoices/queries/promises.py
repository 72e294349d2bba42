"""What a client has agreed to be charged for without being there."""

from __future__ import annotations

from billing_site.people.models import Organization
from invoices.models import Contract

# Fixed work is paid for when the client funds it; the others are charged as time passes.
CHARGED_AS_TIME_PASSES = (Contract.Kind.HOURLY, Contract.Kind.RETAINER)


def charges_expected(client: Organization) -> str:
    """Return why *client* is going to be charged; empty if nothing runs. See CHARGES_EXPECTED."""
    running = Contract.objects.filter(
        client=client, kind__in=CHARGED_AS_TIME_PASSES, state__in=Contract.RUNNING
    )
    contract = running.order_by("pk").first()
    return f"{contract} is charged as it is worked" if contract else ""

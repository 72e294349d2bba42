"""What a client has to pay, whether or not it is the day yet."""

from __future__ import annotations

from billing_site.kernel.money import show
from billing_site.people.models import Organization
from payments.models import Collection, OpenItem


def to_pay(client: Organization) -> str:
    """Return in words what is owed or being collected; empty if nothing is."""
    owed = OpenItem.objects.still_owed().filter(client=client)
    first = owed.order_by("due_on", "pk").first()
    if first:
        return f"{show(first.owed)} is to be paid by {first.due_on:%-d %B %Y}"
    late = Collection.objects.waiting().filter(charge__client=client).select_related("charge")
    collected = late.order_by("pk").first()
    return f"{show(collected.charge.asked)} is being collected from you" if collected else ""

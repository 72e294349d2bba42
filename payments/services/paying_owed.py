"""Credit that came by bank transfer pays what is owed: what it names, then what is due."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils.module_loading import import_string

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from ledger.queries.balances import spendable
from payments.models import BankTransfer, Charge, OpenItem
from payments.queries.being_paid import being_paid, to_ask
from payments.services import charging

BY_TRANSFER = SYSTEM("its client's bank transfer pays it")


def promise(sent: BankTransfer) -> None:
    """Have it done after the commit that makes it credit."""
    key = f"transfer/{sent.ref}/pays"
    later("payments.tasks.pay_by_transfer", key=key, transfer_pk=sent.pk)


def named_documents(client: Organization, reference: str) -> list[str]:
    """Return the client's documents that the reference of a transfer names.

    Who knows their numbers is named by settings.
    """
    found: list[str] = import_string(settings.NAMED_DOCUMENTS)(client, reference)
    return found


def in_other_currencies(sent: BankTransfer) -> list[str]:
    """Return the currencies of what its reference names and it cannot pay."""
    named = named_documents(sent.client, sent.reference)
    owed = OpenItem.objects.still_owed().filter(client=sent.client, document__in=named)
    others = owed.exclude(currency=sent.currency)
    return sorted(set(others.values_list("currency", flat=True)))


def pay_by(transfer_id: int, *, at: datetime) -> list[Charge]:
    """Pay what is owed, each document in a transaction of its own; the rest stays credit.

    Doing it again pays nothing twice: what is paid is not owed.
    """
    sent = BankTransfer.objects.select_related("client").get(pk=transfer_id)
    named = named_documents(sent.client, sent.reference)
    owed = OpenItem.objects.still_owed().filter(
        Q(document__in=named) | Q(due_on__lte=at.date()),
        client=sent.client,
        currency=sent.currency,
    )
    first = Case(When(document__in=named, then=Value(0)), default=Value(1))
    keys = owed.order_by(first, "due_on", "pk").values_list("pk", flat=True)
    made = [_pay(pk, at=at) for pk in list(keys)]
    return [charge for charge in made if charge]


@transaction.atomic
def _pay(item_id: int, *, at: datetime) -> Charge | None:
    """None: it is paid, or being paid, or there is no credit left."""
    item = OpenItem.objects.lock(item_id)
    credit = spendable(f"client:{item.client_id}:credit", item.currency)
    amount = min(to_ask(item), credit)
    if not item.is_still_owed or amount.amount <= 0 or _is_being_paid(item):
        return None
    charge = charging.write_down(
        payer=item.client, purposes=[(item, amount)], by=BY_TRANSFER, at=at
    )
    if charge.asked:  # Another payment was faster with the credit.
        transaction.set_rollback(True)
        return None
    return charge


def _is_being_paid(item: OpenItem) -> bool:
    """A charge that waits for its next round is not: it asks for what is still owed then."""
    on_a_page = Charge.objects.towards([item]).filter(state__in=Charge.WAITING)
    return being_paid([item]) is not None or on_a_page.exclude(page_url="").exists()

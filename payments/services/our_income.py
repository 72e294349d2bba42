"""What goes to our own bank and comes from it: done at the provider, noted by its reference."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from billing_site.kernel.money import Money, currency_of, from_minor, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.platform import audit
from ledger import chart, movements
from ledger.models import Entry, Posting
from ledger.services.posting import KeyReused, post
from payments.queries.ours import ours

ONE_AT_A_TIME = 5_204_197_303  # a number for the lock, of no meaning


@transaction.atomic
def take_out(*, reference: str, amount: Money, reason: str, at: datetime) -> Money:
    """Note that the provider sent *amount* to our own bank, and calls it *reference*; once.

    It has left the provider, so it is noted whatever is ours by now. Return how much is missing
    there of what is others'. What is done at the server stands in the record with its reason.
    This posts: call it last.

    :raises NotAllowed: it is nothing, or the same one was noted with another sum.
    """
    _one_at_a_time()
    if amount.amount <= 0:
        raise NotAllowed("Something has to go to our bank.")
    key, left = f"sweep/{reference}", ours(currency_of(amount))
    if not Entry.objects.filter(key=key).exists():
        left -= amount
        audit.record(SYSTEM(reason), "income.swept", key, at=at, amount=show(amount))
    try:
        post(movements.sweep_income(sweep=reference, amount=amount, at=at))
    except KeyReused as reused:
        raise NotAllowed(f"{reference} was noted with another sum.") from reused
    return max(-left, zero(currency_of(left)))


@transaction.atomic
def take_back(*, reference: str, reason: str, at: datetime) -> Money:
    """Note that our bank did not take what was swept; once. This posts: call it last.

    :raises NotAllowed: nothing was swept by that reference.
    """
    _one_at_a_time()
    amount = _noted(f"sweep/{reference}")
    if amount is None:
        raise NotAllowed(f"Nothing was noted as {reference}.")
    back = movements.return_swept(sweep=reference, amount=amount, at=at)
    if not Entry.objects.filter(key=back.key).exists():
        audit.record(SYSTEM(reason), "income.returned", back.key, at=at, amount=show(amount))
    post(back)
    return amount


@transaction.atomic
def top_up(*, reference: str, amount: Money, reason: str, at: datetime) -> None:
    """Note that our own bank sent *amount* to the provider, which calls it *reference*; once.

    This posts: call it last.

    :raises NotAllowed: it is nothing, or the same one was noted with another sum.
    """
    _one_at_a_time()
    if amount.amount <= 0:
        raise NotAllowed("Something has to come from our bank.")
    sent = movements.top_up_balance(top_up=reference, amount=amount, at=at)
    if not Entry.objects.filter(key=sent.key).exists():
        audit.record(SYSTEM(reason), "balance.topped_up", sent.key, at=at, amount=show(amount))
    try:
        post(sent)
    except KeyReused as reused:
        raise NotAllowed(f"{reference} was noted with another sum.") from reused


@transaction.atomic
def return_top_up(*, reference: str, reason: str, at: datetime) -> Money:
    """Note that a top-up went back to our own bank, or never came; once. This posts: call it last.

    :raises NotAllowed: nothing was noted by that reference.
    """
    _one_at_a_time()
    amount = _noted(f"topup/{reference}")
    if amount is None:
        raise NotAllowed(f"Nothing was noted as {reference}.")
    back = movements.return_top_up(top_up=reference, amount=amount, at=at)
    if Entry.objects.filter(key=back.key).exists():
        return amount  # whoever learned of it first said when
    audit.record(SYSTEM(reason), "top_up.returned", back.key, at=at, amount=show(amount))
    post(back)
    return amount


def _noted(key: str) -> Money | None:
    """So much went to our own bank, or came from it, by the entry *key*."""
    bank = Posting.objects.filter(entry__key=key, account__code=chart.bank_operating().code).first()
    return from_minor(abs(bank.amount), bank.currency) if bank else None


def _one_at_a_time() -> None:
    """Nobody else reckons meanwhile what is ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])

"""What is where. Signed as in the books: credit is plus, debit is minus."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max, Sum
from djmoney.money import Money

from billing_site.kernel.money import from_minor
from ledger import chart
from ledger.models import Account, Posting


def balance(code: str, currency: str) -> Money:
    """Return what is on the account *code*, all its shards together; nothing if it never opened."""
    wanted = {"parent__code": code, "parent__currency": currency}
    if not chart.is_sharded(code):
        wanted = {"code": code, "currency": currency}
    found = Account.objects.filter(**wanted).aggregate(minor=Sum("balance"))
    return from_minor(found["minor"] or 0, currency)


def balance_as_of(code: str, currency: str, *, at: datetime) -> Money:
    """Return what was on the account *code* after everything that happened by *at*."""
    until = Posting.objects.filter(
        account__code=code, account__currency=currency, entry__occurred_at__lte=at
    )
    return from_minor(until.aggregate(minor=Sum("amount"))["minor"] or 0, currency)


def last_moved_at(code: str, currency: str) -> datetime | None:
    """Return when something last happened on the account *code*, the latest of it."""
    found = Posting.objects.filter(account__code=code, account__currency=currency)
    latest: datetime | None = found.aggregate(at=Max("entry__occurred_at"))["at"]
    return latest


def spendable(code: str, currency: str) -> Money:
    """Return what is on the account *code* less what reservations hold."""
    found = Account.objects.filter(code=code, currency=currency).values_list("balance", "held")
    minor, held = found.first() or (0, 0)
    return from_minor(minor - held, currency)


def spendable_in_each_currency(code: str) -> list[Money]:
    """Return what is free on the accounts called *code*, where that is something."""
    found = Account.objects.filter(code=code, balance__gt=F("held")).order_by("currency")
    rows = found.values_list("balance", "held", "currency")
    return [from_minor(minor - held, currency) for minor, held, currency in rows]


def owed_in_each_currency(code: str) -> list[Money]:
    """Return what is owed on the accounts called *code*, where that is something."""
    found = Account.objects.filter(code=code, balance__lt=0).order_by("currency")
    rows = found.values_list("balance", "currency")
    return [from_minor(-minor, currency) for minor, currency in rows]


def balances_of(organization: int, currency: str) -> dict[str, Money]:
    """Return what is on each account that *organization* holds in *currency*, by code."""
    held = Account.objects.filter(holder=organization, currency=currency)
    rows = held.order_by("code").values_list("code", "balance")
    return {code: from_minor(minor, currency) for code, minor in rows}


def has_money(organization: int) -> bool:
    """Tell whether there is something on any account of *organization*, or it owes something."""
    return Account.objects.filter(holder=organization).exclude(balance=0).exists()

"""What entries moved, by their keys. Signed as in the books: credit is plus, debit is minus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from billing_site.kernel.money import Money, from_minor
from ledger.models import Posting


def moved_on(
    code: str, currency: str, *, kinds: Iterable[str], until: datetime | None = None
) -> list[tuple[str, int]]:
    """Return (key, minor units) of what entries of *kinds* moved on the account, by *until*."""
    found = Posting.objects.filter(
        account__code=code,
        account__currency=currency,
        entry__kind__in=kinds,
    )
    if until is not None:
        found = found.filter(entry__occurred_at__lte=until)
    return list(found.values_list("entry__key", "amount"))


def credited_by(keys: Iterable[str]) -> dict[str, Money]:
    """Return what each entry of *keys* credited in all, where it is there and has one currency."""
    found = Posting.objects.filter(entry__key__in=keys, amount__gt=0)
    summed = found.values("entry__key", "currency").annotate(minor=Sum("amount"))
    return {row["entry__key"]: from_minor(row["minor"], row["currency"]) for row in summed}

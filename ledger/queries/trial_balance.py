from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from djmoney.money import Money

from billing_site.kernel.money import from_minor, zero
from ledger.models import Account


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    code: str
    kind: str
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account of one currency on its side. Both columns have the same sum."""

    currency: str
    lines: list[TrialBalanceLine]
    debits: Money
    credits: Money

    @property
    def balances(self) -> bool:
        return bool(self.debits == self.credits)


def trial_balance() -> list[TrialBalance]:
    """Return a trial balance for each currency; shards count as the account they belong to."""
    rows = (
        Account.objects.filter(seq__gt=0)
        .annotate(family_code=Coalesce("parent__code", F("code")))
        .values("currency", "family_code", "kind")
        .annotate(minor=Sum("balance"))
        .order_by("currency", "family_code")
    )
    lines: dict[str, list[TrialBalanceLine]] = {}
    for row in rows:
        money = from_minor(row["minor"], row["currency"])
        nothing = zero(row["currency"])
        lines.setdefault(row["currency"], []).append(
            TrialBalanceLine(
                code=row["family_code"],
                kind=row["kind"],
                debit=-money if row["minor"] < 0 else nothing,
                credit=money if row["minor"] > 0 else nothing,
            )
        )
    return [
        TrialBalance(
            currency=currency,
            lines=its_lines,
            debits=sum((line.debit for line in its_lines), zero(currency)),
            credits=sum((line.credit for line in its_lines), zero(currency)),
        )
        for currency, its_lines in lines.items()
    ]

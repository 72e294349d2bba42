"""The page of what a freelancer has earned: where it is, when it moves on, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from billing_site.kernel.charts import Chart, Series, bars
from billing_site.kernel.money import Money, show
from billing_site.kernel.prepared import Prepared
from billing_site.people.models import Organization
from payments.models import DebtPayment, Escrow, Lot, Payout, Quote
from payments.queries import bank_words
from payments.queries.debts import kept_of_lots, owed_elsewhere, owed_words
from payments.queries.earned import ByMonth, earned_by_month
from payments.queries.stages import Stage, stages_of

MONTHS = 12
RECENT = 20
PAID_BACK = "Paid back what you owed"


@dataclass(frozen=True, slots=True)
class Stop:
    """A line of components/trail.html."""

    words: str
    amount: Money | None
    at: datetime | None
    done: bool
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class EarningsPage:
    currency: str
    currencies: list[str]
    stages: list[Stage]
    withdraw_url: str
    has_available: bool
    pending: tuple[Lot, ...]
    held: tuple[Escrow, ...]
    recent: list[Stop]
    chart: Chart | None
    debt_url: str  # where what is owed can be paid back now; empty: nothing is owed
    said: list[str]  # of what they owe us, and of what clients' banks want back


def earnings_page(organization: Organization, *, wanted: str = "", at: datetime) -> EarningsPage:
    """The page in the currency *wanted*, or in their own if they never earned in that."""
    currencies = currencies_of(organization)
    currency = wanted if wanted in currencies else organization.currency
    stages = stages_of(organization, at=at, currency=currency)
    withdraw_url = f"{reverse('payout-new')}?currency={currency}"
    earned = earned_by_month(organization, currency, since=months_before(at, MONTHS - 1))
    return EarningsPage(
        currency=currency,
        currencies=currencies,
        stages=stages.rows(withdraw_url=withdraw_url),
        withdraw_url=withdraw_url,
        has_available=stages.available.amount > 0,
        pending=stages.lots,
        debt_url=reverse("debt", args=[currency]) if stages.debt else "",
        said=[
            *owed_words(stages.debt, stages.lots),
            *(owed_elsewhere(organization.pk, currency) if len(currencies) > 1 else []),
            *bank_words.to_freelancer(stages.wanted_back_from),
        ],
        held=stages.held,
        recent=_recent(organization, currency, has_owed=stages.has_owed),
        chart=_chart(earned, currency, at) if any(sums for _, sums in earned) else None,
    )


def currencies_of(organization: Organization) -> list[str]:
    """Return the currencies they have earned in or converted into, their own first."""
    found = {currency for (currency,) in _CURRENCIES.all("", organization.pk)}
    return [organization.currency, *sorted(found - {organization.currency})]


def months_before(at: datetime, count: int) -> datetime:
    """Return the first moment of the month *count* months before that of *at*."""
    months = at.year * 12 + at.month - 1 - count
    return at.replace(
        year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def _recent(organization: Organization, currency: str, *, has_owed: bool) -> list[Stop]:
    """What became available and what was withdrawn, newest first."""
    newest: list[Lot] = _AVAILABLE.all(currency, organization.pk)
    stops = [
        Stop(
            words=lot.title,
            amount=lot.left,
            at=lot.made_available_at,
            done=True,
            note=f"available, from {lot.client}",
        )
        for lot in newest
    ]
    stops += [*_kept(newest), *_paid_back(organization, currency)] if has_owed else []
    stops += [
        Stop(
            words="Withdrawal",
            amount=-payout.drawn,
            at=payout.requested_at,
            done=not payout.is_waiting,
            note=payout.get_state_display(),
            url=payout.get_absolute_url(),
        )
        for payout in _PAYOUTS.all(currency, organization.pk)
    ]
    stops += [
        Stop(
            words=f"Converted to {quote.into_currency}" if quote.method_id else PAID_BACK,
            amount=-quote.amount,
            at=quote.used_at,
            done=True,
            note=f"became {show(quote.into)}" + ("" if quote.method_id else " of what you owed"),
            url=quote.get_absolute_url() if quote.method_id else "",
        )
        for quote in _CONVERTED.all(currency, organization.pk)
    ]
    return sorted(stops, key=lambda stop: stop.at or organization.created_at, reverse=True)[:RECENT]


def _currencies(_kind: str, freelancer: int) -> QuerySet[Any, Any]:
    escrows = Escrow.objects.filter(freelancer=freelancer).values_list("currency")
    lots = Lot.objects.filter(freelancer=freelancer).values_list("currency")
    return escrows.union(lots, Quote.objects.used_by(freelancer).values_list("into_currency"))


def _available(currency: str, freelancer: int) -> QuerySet[Lot]:
    lots = Lot.objects.filter(freelancer=freelancer, currency=currency)
    there = lots.exclude(made_available_at=None).select_related("client")
    return there.order_by("-available_at", "-pk")[:RECENT]


def _payouts(currency: str, freelancer: int) -> QuerySet[Payout]:
    payouts = Payout.objects.filter(freelancer=freelancer, currency=currency)
    return payouts.newest_first()[:RECENT]


def _converted(currency: str, freelancer: int) -> QuerySet[Quote]:
    used = Quote.objects.used_by(freelancer).filter(currency=currency)
    return used.order_by("-used_at", "-pk")[:RECENT]


def _payments(currency: str, freelancer: int) -> QuerySet[DebtPayment]:
    """Those out of the same currency: the others are among what was converted."""
    payments = DebtPayment.objects.filter(freelancer=freelancer, currency=currency, quote=None)
    return payments.order_by("-paid_at", "-pk")[:RECENT]


_CURRENCIES, _AVAILABLE = Prepared(_currencies), Prepared(_available)
_PAYOUTS, _CONVERTED = Prepared(_payouts), Prepared(_converted)
_PAYMENTS = Prepared(_payments)


def _paid_back(organization: Organization, currency: str) -> list[Stop]:
    """What paid back by choice what they owed."""
    return [
        Stop(words=PAID_BACK, amount=-payment.amount, at=payment.paid_at, done=True)
        for payment in _PAYMENTS.all(currency, organization.pk)
    ]


def _kept(lots: list[Lot]) -> list[Stop]:
    """What of the same payments paid back what they owed."""
    kept = kept_of_lots(lots)
    return [
        Stop(
            words="Kept for what you owed",
            amount=-kept[lot.ref],
            at=lot.made_available_at,
            done=True,
            note=f"of “{lot.title}”",
        )
        for lot in lots
        if lot.ref in kept
    ]


def _chart(earned: list[tuple[str, ByMonth]], currency: str, at: datetime) -> Chart:
    months = [months_before(at, MONTHS - 1 - n) for n in range(MONTHS)]
    return bars(
        "Earnings by month",
        [f"{month:%b}" for month in months],
        [
            Series(name, tuple(sums.get((month.year, month.month), Decimal(0)) for month in months))
            for name, sums in earned
        ],
        show=lambda value: show(Money(value, currency)),
    )

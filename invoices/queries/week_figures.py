"""What weeks come to, many at once: a fixed number of queries, then arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import DecimalField, Max, Sum

from billing_site.kernel.money import Money
from invoices.models import Contract, Invoice, RateVersion, TimeEntry, Week, WeeklyLimit
from invoices.protection import CAP_MINUTES, Cap, Standing, full_cap
from invoices.week_summary import WeekSummary, week_summary
from payments.queries.verified import payers


class OfContract(Protocol):
    contract_id: int


T = TypeVar("T", bound=OfContract)
Pair = tuple[int, int, str]  # the keys of a client and of a freelancer, and their currency


def figures_of(
    weeks: Sequence[Week], *, at: datetime, with_people: bool = True
) -> dict[int, WeekSummary]:
    """Return the summary of each of *weeks*, by its pk, with protection as it stands at *at*.

    Read the weeks with their contracts; then any number of them costs the same queries.
    """
    contracts = {week.contract_id: week.contract for week in weeks}
    entries: dict[int, list[TimeEntry]] = defaultdict(list)
    found = TimeEntry.objects.living().filter(week__in=weeks)
    for entry in found.select_related("person") if with_people else found:
        entries[entry.week_id].append(entry)
    rates = rates_of(contracts)
    limits = limits_of(contracts)
    standings = standings_of([(week.contract, week.starts_on) for week in weeks], at=at)
    shared: dict[Pair, Cap] = {}  # Open weeks of a pair use up one cap, the earliest first.
    summaries = {}
    for week in sorted(weeks, key=lambda each: (each.starts_on, each.pk)):
        standing = standings[week.contract_id, week.starts_on]
        is_open = week.state == Week.State.OPEN
        cap = shared.setdefault(pair_of(week.contract), Cap(standing)) if is_open else None
        summaries[week.pk] = week_summary(
            week.starts_on,
            entries=entries[week.pk],
            rates=rates[week.contract_id],
            limits=limits[week.contract_id],
            standing=standing,
            cap=cap,
        )
    return summaries


def rates_of(contract_ids: Collection[int]) -> dict[int, list[RateVersion]]:
    return _by_contract(RateVersion.objects.filter(contract__in=contract_ids))


def limits_of(contract_ids: Collection[int]) -> dict[int, list[WeeklyLimit]]:
    return _by_contract(WeeklyLimit.objects.filter(contract__in=contract_ids))


def standings_of(
    asked: Collection[tuple[Contract, date]], *, at: datetime
) -> dict[tuple[int, date], Standing]:
    """Return what protection asks about each contract in the week from that Monday on.

    What the pair's other weeks have used of the cap by then is not left for it.
    """
    contracts = {contract.pk: contract for contract, _ in asked}
    used = _used_by(contracts.values())
    paying = payers({it.client_id for it in contracts.values()}, on=at.date())
    standings = {}
    for contract, monday in asked:
        before = [
            use
            for use in used[pair_of(contract)]
            if use.monday <= monday and (use.contract_id, use.monday) != (contract.pk, monday)
        ]
        spent = Money(sum(use.net for use in before), contract.currency)
        standings[contract.pk, monday] = Standing(
            is_hourly=contract.is_hourly,
            is_running=contract.state in Contract.IN_FORCE,
            client_is_verified=paying[contract.client_id].is_verified,
            unprotected_from=paying[contract.client_id].unprotected_from,
            minutes_left=max(CAP_MINUTES - sum(use.minutes for use in before), 0),
            amount_left=full_cap(contract.currency) - spent,
        )
    return standings


def pair_of(contract: Contract) -> Pair:
    return contract.client_id, contract.freelancer_id, contract.currency


class _Use(NamedTuple):
    """What a billed week uses of the cap of its pair, in minutes and net."""

    contract_id: int
    monday: date
    minutes: int
    net: Decimal


def _used_by(contracts: Iterable[Contract]) -> dict[Pair, list[_Use]]:
    """What the platform has paid in the clients' stead, or still may: their payment is not here."""
    pairs = {pair_of(contract) for contract in contracts}
    clients, freelancers, _ = zip(*pairs, strict=True) if pairs else ((), (), ())
    found = (
        Invoice.objects.protected_at_our_risk()
        .filter(recipient__in=clients, issuer__in=freelancers)
        .values_list("recipient", "issuer", "currency", "contract", "week__starts_on")
        .annotate(Max("week__protected"), total=Sum("net", output_field=DecimalField()))
    )
    used: dict[Pair, list[_Use]] = defaultdict(list)
    for client, freelancer, currency, *use in found:
        used[client, freelancer, currency].append(_Use(*use))
    return used


def _by_contract(found: Iterable[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = defaultdict(list)
    for each in found:
        grouped[each.contract_id].append(each)
    return grouped

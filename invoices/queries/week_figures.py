"""What weeks come to, many at once: a fixed number of queries, then arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from django.db.models import DecimalField, Sum

from billing_site.kernel.money import Money
from invoices.models import Contract, Invoice, RateVersion, TimeEntry, Week, WeeklyLimit
from invoices.protection import CAP_MINUTES, Standing, full_cap
from invoices.week_summary import WeekSummary, week_summary
from payments.queries.verified import verified_payers

OPEN_ENDED = {Contract.State.ACTIVE, Contract.State.PAUSED, Contract.State.ENDING}


class OfContract(Protocol):
    contract_id: int


T = TypeVar("T", bound=OfContract)
Pair = tuple[int, int]  # the keys of a client and of a freelancer


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
    standings = standings_of(contracts.values(), at=at)
    return {
        week.pk: week_summary(
            week.starts_on,
            entries=entries[week.pk],
            rates=rates[week.contract_id],
            limits=limits[week.contract_id],
            standing=standings[week.contract_id],
        )
        for week in weeks
    }


def rates_of(contract_ids: Collection[int]) -> dict[int, list[RateVersion]]:
    return _by_contract(RateVersion.objects.filter(contract__in=contract_ids))


def limits_of(contract_ids: Collection[int]) -> dict[int, list[WeeklyLimit]]:
    return _by_contract(WeeklyLimit.objects.filter(contract__in=contract_ids))


def standings_of(contracts: Iterable[Contract], *, at: datetime) -> dict[int, Standing]:
    """Return what protection asks about each contract, by its pk."""
    asked = list(contracts)
    used = _advanced_to({(contract.client_id, contract.freelancer_id) for contract in asked})
    nothing = (0, Decimal(0))
    verified = verified_payers({contract.client_id for contract in asked}, on=at.date())
    return {
        contract.pk: Standing(
            is_hourly=contract.is_hourly,
            is_running=contract.state in OPEN_ENDED,
            client_is_verified=contract.client_id in verified,
            minutes_left=max(CAP_MINUTES - minutes, 0),
            amount_left=full_cap(contract.currency) - Money(amount, contract.currency),
        )
        for contract in asked
        for minutes, amount in [
            used.get((contract.client_id, contract.freelancer_id, contract.currency), nothing)
        ]
    }


def _advanced_to(pairs: Collection[Pair]) -> dict[tuple[int, int, str], tuple[int, Decimal]]:
    """What the platform has paid in clients' stead so far, in minutes and net, by pair."""
    clients, freelancers = zip(*pairs, strict=True) if pairs else ((), ())
    found = (
        Invoice.objects.filter(
            open_item__is_advanced=True, recipient__in=clients, issuer__in=freelancers
        )
        .values_list("recipient", "issuer", "currency")
        .annotate(Sum("week__protected"), total=Sum("net", output_field=DecimalField()))
    )
    return {
        (client, freelancer, currency): (minutes, net)
        for *key, minutes, net in found
        for client, freelancer, currency in [key]
    }


def _by_contract(found: Iterable[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = defaultdict(list)
    for each in found:
        grouped[each.contract_id].append(each)
    return grouped

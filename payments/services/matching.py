"""The nightly comparison: each line of the provider's balance has its entry, and the other way.

The lines are read in batches and compared by the database, so that neither memory nor the
number of statements grows with their number beyond a statement a batch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from django.db import connection, transaction

from billing_site.kernel.invariants import Row
from billing_site.kernel.transitions import SYSTEM, WrongState, take
from billing_site.platform.queue import still_at_it
from payments import gateways
from payments.gateways.base import BalanceLine, GatewayError
from payments.models import ProviderLine, ReconciliationDifference
from payments.queries import provider_lines
from payments.services import cursors, provider_fees, returned_top_ups

logger = logging.getLogger(__name__)
THE_BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(days=2)  # what was written late, or while we looked
GRACE = timedelta(hours=2)  # until the event that tells of a line has been read
BATCH = 500
NIGHT = time(3, tzinfo=UTC)
LINES = "balance lines"
OF_PAYEES = "lines"
BY_ITSELF = SYSTEM("both sides agree by now")

Sort = ReconciliationDifference.Sort


@dataclass(frozen=True, slots=True)
class Outcome:
    read: int
    found: int
    resolved: int


def compare(*, at: datetime, everything: bool = False) -> Outcome:
    """Read what the provider has written since the last time, and compare it with our books.

    What it has taken for itself, for no payment of ours, is booked here: nothing else tells of it.

    *everything* begins at the first line, and compares what was compared before. Doing it
    again finds nothing twice. The gateway is asked outside any transaction. Our own balance
    has to be read; a payee's that cannot be is left out, and caught up with later.

    :raises GatewayError: our own balance cannot be read.
    """
    gateway = gateways.current()
    last = cursors.reached(LINES, gateway=gateway.name)
    since = THE_BEGINNING if everything or last is None else last - OVERLAP
    ours = _keep(gateway.name, "", gateway.list_balance_transactions(since))

    def read(account: str, since: datetime) -> int:
        lines = gateway.list_balance_transactions(since, account)
        return _keep(gateway.name, account, lines)

    theirs = cursors.read_payees(gateway.name, OF_PAYEES, read, since=since)
    provider_fees.book_all(gateway.name)
    returned_top_ups.book_all(gateway.name)
    return _conclude(gateway.name, ours, theirs, at=at)


def compare_when_due(*, at: datetime) -> Outcome | None:
    """Compare once a night; None: this night's is done, or the provider did not answer.

    Whatever goes wrong is tried again an hour later.
    """
    last = cursors.reached(LINES)
    night = datetime.combine(at.date(), NIGHT)
    night -= timedelta(days=1) if night > at else timedelta(0)
    if last is not None and last >= night:
        return None
    if not cursors.begin(gateways.current().name, OF_PAYEES, at=at):
        return None
    try:
        return compare(at=at)
    except GatewayError:
        logger.exception("The provider's balance could not be read tonight")
        return None


@transaction.atomic
def _conclude(gateway: str, ours: int, theirs: cursors.Read, *, at: datetime) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(provider_lines.MATCH, [gateway, at])
        cursor.execute(provider_lines.CANCEL_OUT, [gateway, at])
    before, since = at - GRACE, theirs.since
    found = sum(
        _note(gateway, sort, rows, at=at)
        for sort, rows in (
            (Sort.NOT_IN_BOOKS, provider_lines.not_in_books(gateway, before=before)),
            (Sort.OTHER_SUM, provider_lines.other_sums(gateway, since=since)),
            (
                Sort.NOT_AT_PROVIDER,
                provider_lines.not_at_provider(
                    gateway, since=since, before=before, unread=theirs.unread
                ),
            ),
        )
    )
    resolved = 0
    for row in provider_lines.agreed_since(gateway):
        difference = ReconciliationDifference.objects.lock(row["id"])
        try:
            take(difference.resolve, by=BY_ITSELF, at=at)
        except WrongState:
            continue  # Somebody has looked in this moment.
        resolved += 1
    cursors.move(gateway, LINES, to=at)
    return Outcome(ours + theirs.count, found, resolved)


def _keep(gateway: str, account: str, lines: Iterable[BalanceLine]) -> int:
    """Keep each line once, as it was when we first saw it."""
    read = 0
    for batch in _batches(lines):
        still_at_it()  # The first reading goes through years of them.
        ProviderLine.objects.bulk_create(
            [
                ProviderLine(
                    gateway=gateway,
                    account=account,
                    line_id=line.line_id,
                    source_id=line.source_id,
                    kind=line.kind,
                    currency=line.currency,
                    amount_minor=line.amount,
                    cost_minor=line.cost,
                    made_at=line.created_at,
                )
                for line in batch
            ],
            ignore_conflicts=True,
        )
        read += len(batch)
    return read


def _batches(lines: Iterable[BalanceLine]) -> Iterator[list[BalanceLine]]:
    rest = iter(lines)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _note(gateway: str, sort: Sort, rows: list[Row], *, at: datetime) -> int:
    """Put what was not known yet into the queue; what somebody has explained stays explained."""
    known = set(
        ReconciliationDifference.objects.filter(
            about__in=[row["about"] for row in rows]
        ).values_list("about", flat=True)
    )
    new = [
        ReconciliationDifference(
            sort=sort,
            about=row["about"],
            gateway=gateway,
            account=row["account"],
            line_id=row["line_id"],
            entry_key=row["entry_key"],
            currency=row["currency"],
            amount_minor=row["amount"],
            happened_at=row["happened_at"],
            found_at=at,
        )
        for row in rows
        if row["about"] not in known
    ]
    ReconciliationDifference.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
    return len(new)

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from django.db import connection

from ledger.chart import AccountSpec
from ledger.services.preparing import Prepared

_OPEN = (
    "SELECT ledger_open(%s::text[], %s::text[], %s::text[],"
    " %s::bigint[], %s::bigint[], %s::bigint[])"
)


def open_accounts(entries: Iterable[Prepared]) -> None:
    """Open the accounts that *entries* post to and that are not there yet, in code order.

    Everybody opens in that order and before taking any balance's lock, so nobody waits
    in a circle. A shard has its account as parent, opened with it.
    """
    specs: dict[tuple[str, str], AccountSpec] = {}
    for entry in entries:
        for spec, code, currency in zip(entry.specs, entry.codes, entry.currencies, strict=True):
            if spec.holder is not None or (code, currency) not in specs:
                specs[code, currency] = spec
    rows = [
        (code, currency, str(spec.kind), spec.holder, spec.floor, spec.ceiling)
        for (code, currency), spec in sorted(specs.items(), key=itemgetter(0))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(column) for column in zip(*rows, strict=True)])

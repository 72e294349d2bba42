"""Both sides of the books, compared."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command

from billing_site.platform import clock
from payments.models import ReconciliationDifference
from payments.services import matching
from tests.given_payments import DAY, NOON

TOMORROW = NOON + DAY


def compare(at: Any = TOMORROW, *, everything: bool = False) -> matching.Outcome:
    with clock.pinned(at):
        return matching.compare(at=at, everything=everything)


def open_differences() -> list[tuple[str, str]]:
    """The sort and the sum of each."""
    rows = ReconciliationDifference.objects.open_ones()
    return sorted((str(row.sort), f"{row.amount.amount:.2f}") for row in rows)


def printed(*arguments: str, at: Any = TOMORROW) -> tuple[str, int]:
    out, code = StringIO(), 0
    with clock.pinned(at):
        try:
            call_command("reconcile", *arguments, stdout=out, stderr=out)
        except SystemExit as left:
            code = int(str(left.code))
    return out.getvalue(), code

"""The goals table of the books, measured: every figure beside the floor of the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from billing_site.kernel.invariants import laws
from ledger.bench import deeds
from ledger.bench.measuring import Measured, by_pgbench, by_processes
from ledger.bench.scratch import scratch_database
from ledger.models import Posting

CLIENTS = 4
ROUNDS = 4  # Rows take turns, so that what else the machine does hits all of them.
VOID_UNDER = 3_000
_HEAD = f"{'':46}{'a second':>10}{'p50 ms':>9}{'p99 ms':>9}{'÷ floor':>9}   goal"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    measure: Callable[..., Measured]
    goal: str = ""


FLOOR = Row("floor: pgbench, 4 clients, no law", partial(by_pgbench, "floor.sql", clients=CLIENTS))
LAWS = Row("the laws: pgbench, 4 clients", partial(by_pgbench, "posting.sql", clients=CLIENTS))
POST = Row(
    "post() from Django, 4 processes",
    partial(by_processes, deeds.post_one, processes=CLIENTS),
    ">= 0.40, p99 <= 3 × p50",
)
HOT = Row(
    "the same with one hot platform account",
    partial(by_processes, deeds.post_one_with_a_hot_account, processes=CLIENTS),
    ">= 0.95 × the row above",
)
MANY = Row(
    "post_many(100) from Django, 4 processes",
    partial(by_processes, deeds.post_a_hundred, processes=CLIENTS, entries=deeds.BATCH),
    ">= 2",
)
BALANCE = Row(
    "balance of one account, 1 process",
    partial(by_processes, deeds.read_a_balance, processes=1),
    "one index probe",
)
STATEMENT = Row(
    "page of a statement, 1 process",
    partial(by_processes, deeds.read_a_statement, processes=1),
    "one index probe",
)
ROWS = [FLOOR, LAWS, POST, HOT, MANY, BALANCE, STATEMENT]


def report(seconds: int) -> Iterator[str]:
    """Measure each row for *seconds* in all and yield the lines of the table.

    The last line is `ratio: R`: what Django posts in 4 processes, divided by the floor.
    """
    results = {row.name: Measured() for row in ROWS}
    with scratch_database():
        for _ in range(ROUNDS):
            for row in ROWS:
                results[row.name].add(row.measure(seconds=seconds / ROUNDS))
        audit = _audit()
    yield _HEAD
    floor = results[FLOOR.name].a_second
    for row in ROWS:
        yield _line(row, results[row.name], floor)
    yield from _remarks(results)
    yield audit
    if floor < VOID_UNDER:
        yield f"void: a floor under {VOID_UNDER:,} a second means that the machine is busy."
    yield f"ratio: {results[POST.name].a_second / floor:.2f}"


def _line(row: Row, result: Measured, floor: float) -> str:
    ratio = "" if row in {BALANCE, STATEMENT} else f"{result.a_second / floor:.2f}"
    return (
        f"{row.name:46}{result.a_second:>10,.0f}{result.p50:>9.2f}{result.p99:>9.2f}"
        f"{ratio:>9}   {row.goal}"
    ).rstrip()


def _remarks(results: dict[str, Measured]) -> Iterator[str]:
    one, hot = results[POST.name], results[HOT.name]
    yield ""
    yield f"hot ÷ without: {hot.a_second / one.a_second:.2f}"
    yield f"p99 ÷ p50 of post(): {one.p99 / one.p50:.1f}"
    if not find_spec("hordak"):
        yield "django-hordak is not installed: not compared."


def _audit() -> str:
    started = time.perf_counter()
    broken = [law.sentence for law in laws() if law.name.startswith("ledger.") and law.check()]
    took = time.perf_counter() - started
    postings = Posting.objects.count()
    return f"audit: {'; '.join(broken) or 'clean'}, {postings:,} postings in {took:.1f} s"

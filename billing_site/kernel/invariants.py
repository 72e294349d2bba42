"""Laws: what must hold in the books and beside them, each a query for what breaks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

Row = dict[str, Any]
Check = Callable[[], list[Row]]


@dataclass(frozen=True, slots=True)
class Law:
    name: str  # app.function
    sentence: str
    check: Check


@dataclass(frozen=True, slots=True)
class Verdict:
    law: Law
    offenders: list[Row]
    seconds: float

    @property
    def holds(self) -> bool:
        return not self.offenders


_laws: dict[str, Law] = {}


def law(sentence: str) -> Callable[[Check], Check]:
    """Register a check. It returns the rows that break the law, and none while it holds."""

    def register(check: Check) -> Check:
        name = f"{check.__module__.rpartition('.')[0].rpartition('.')[2]}.{check.__name__}"
        _laws[name] = Law(name, sentence, check)
        return check

    return register


def laws() -> list[Law]:
    """Return every law of every installed app's `invariants` module, in order of name."""
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "invariants"):
            import_module(f"{app.name}.invariants")
    return [_laws[name] for name in sorted(_laws)]


def run_laws() -> Iterator[Verdict]:
    return (_run(each) for each in laws())


def run_law(name: str) -> Verdict:
    """Check one of them. :raises LookupError: there is none of that name (any more)."""
    laws()
    return _run(_laws[name])


def _run(law: Law) -> Verdict:
    started = time.perf_counter()
    offenders = law.check()
    return Verdict(law, offenders, time.perf_counter() - started)

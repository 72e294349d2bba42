from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from billing_site.kernel.invariants import run_laws

MOST_SHOWN = 10


class Command(BaseCommand):
    help = "Check every law of the books; exit 1 and name the rows where one is broken."

    def handle(self, **options: Any) -> None:
        broken = 0
        for verdict in run_laws():
            word = "holds " if verdict.holds else "BROKEN"
            self.stdout.write(
                f"{word}  {verdict.seconds * 1000:8.1f} ms  {verdict.law.name:<44}"
                f" {verdict.law.sentence}"
            )
            for row in verdict.offenders[:MOST_SHOWN]:
                self.stdout.write("        " + ", ".join(f"{k}={v}" for k, v in row.items()))
            if (more := len(verdict.offenders) - MOST_SHOWN) > 0:
                self.stdout.write(f"        and {more} more")
            broken += not verdict.holds
        if broken:
            self.stderr.write(f"{broken} broken: no money moves by itself, but look today.")
            sys.exit(1)

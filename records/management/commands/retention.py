from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.platform import clock
from records.queries.retention import kept, rules
from records.services import retaining


class Command(BaseCommand):
    help = "Show what the rules of retention would erase today, and what stays; --erase does it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--erase", action="store_true", help="Do it, as each day's sweep does.")

    def handle(self, *, erase: bool, **options: Any) -> None:
        at = clock.now()
        due = retaining.would_erase(at=at)
        for rule in rules():
            self.stdout.write(
                f"{due[rule.name]:>9,} {rule.name}: {rule.what}, from before "
                f"{rule.cutoff(at=at):%Y-%m-%d}. {rule.reason} ({rule.basis})"
            )
        for stays in kept():
            self.stdout.write(
                f"     stay {stays.what}, {stays.until}. {stays.reason} ({stays.basis})"
            )
        if not erase:
            self.stdout.write("Nothing was erased: this was a look.")
            return
        run = retaining.sweep(at=at)
        self.stdout.write(
            f"Erased: {run.erased or 'nothing'}." if run else "It was done today already."
        )
        if run and not run.finished_at:
            raise CommandError("Not everything that is over could be erased: the log says why.")

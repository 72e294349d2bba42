from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing_site.kernel.money import show
from billing_site.platform import clock
from payments import gateways
from payments.models import ReconciliationDifference
from payments.queries.provider_lines import sides
from payments.services import matching

MOST = 50  # differences that are printed one by one


class Command(BaseCommand):
    help = "Compare the provider's balances with our books, line by line; exit 1 on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="from the very first line on")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        outcome = matching.compare(at=at, everything=options["all"])
        self.stdout.write(f"{'Balance':<28}{'Lines':>8}{'Provider':>18}{'Books':>18}{'Waiting':>9}")
        for side in sides(gateways.current().name):
            self.stdout.write(
                f"{side.account:<28}{side.lines:>8}{show(side.at_provider):>18}"
                f"{show(side.in_books):>18}{side.waiting:>9}"
            )
        self.stdout.write(
            f"{outcome.read} lines read, {outcome.found} new differences,"
            f" {outcome.resolved} resolved by themselves."
        )
        open_ones = ReconciliationDifference.objects.open_ones()
        for each in open_ones[:MOST]:
            days = (at - each.found_at).days
            self.stderr.write(
                f"{each.ref}  {show(each.amount)}  {each.get_sort_display()}:"
                f" {each.about}, open for {days} days"
            )
        if count := open_ones.count():
            self.stderr.write(f"{count} open. Decide on them in the admin.")
            sys.exit(1)
        self.stdout.write("Both sides agree.")

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.queries.trial_balance import TrialBalance, trial_balance


class Command(BaseCommand):
    help = "Print every account with its balance, debit or credit, for each currency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix", nargs="?", default="", help="only accounts that begin so")

    def handle(self, *, prefix: str, **options: Any) -> None:
        balances = trial_balance()
        for balance in balances:
            self._print(balance, prefix)
        if not all(balance.balances for balance in balances):
            self.stderr.write("Debits and credits differ.")
            sys.exit(1)

    def _print(self, balance: TrialBalance, prefix: str) -> None:
        self.stdout.write(f"{balance.currency:48}{'debit':>18}{'credit':>18}")
        for line in balance.lines:
            if line.code.startswith(prefix) and (line.debit or line.credit):
                self._row(line.code, line.debit.amount, line.credit.amount)
        self._row("All accounts", balance.debits.amount, balance.credits.amount)

    def _row(self, words: str, debit: Any, credit: Any) -> None:
        self.stdout.write(f"  {words:46}{debit or '':>18}{credit or '':>18}")

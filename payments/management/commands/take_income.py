"""Note what went from the provider to our own bank, and what came from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from billing_site.kernel.arguments import sum_of
from billing_site.kernel.money import EXPONENTS, Money, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from payments import gateways
from payments.gateways.base import InsufficientFunds
from payments.gateways.sandbox import balances
from payments.queries.ours import ours
from payments.services import our_income


class Command(BaseCommand):
    help = "Note what went to our own bank, or came from it. The sandbox also sends it."

    missing: Money | None = None  # at the provider, of what is others'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", nargs="?", help="what the provider calls it")
        parser.add_argument("amount", nargs="?", type=sum_of, help="such as EUR:495.00")
        parser.add_argument("--reason", default="", help="why, for the record")
        parser.add_argument("--top-up", action="store_true", help="our bank sent it there")
        parser.add_argument("--back", action="store_true", help="it came back, or never arrived")

    def handle(self, *_: Any, **options: Any) -> None:
        reference, amount, reason = options["reference"], options["amount"], options["reason"]
        if not reference:
            self._say_what_is_ours()
            return
        if not reason.strip():
            raise CommandError("Say why, for the record: --reason.")
        if amount is None and not options["back"]:
            raise CommandError("Say how much, such as EUR:495.00.")
        notes = {  # by whether our bank sent it, and whether it came back
            (False, False): self._sweep,
            (False, True): self._back,
            (True, False): self._top_up,
            (True, True): self._top_up_back,
        }
        try:
            with transaction.atomic():  # The sandbox sends what is noted, or nothing is noted.
                note = notes[options["top_up"], options["back"]]
                said = note(reference, amount, reason, at=clock.now())
        except (NotAllowed, InsufficientFunds) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(said)
        if self.missing:
            raise CommandError(
                f"{show(self.missing)} is missing at the provider now of what is others'."
                " It is noted, because it has left. Send as much there, and note it with --top-up."
            )

    def _sweep(self, reference: str, amount: Money, reason: str, *, at: datetime) -> str:
        self.missing = our_income.take_out(reference=reference, amount=amount, reason=reason, at=at)
        if gateways.current().name == "sandbox":
            balances.pay_us(reference, amount, at=at)
        return f"{show(amount)} is at our own bank."

    def _top_up(self, reference: str, amount: Money, reason: str, *, at: datetime) -> str:
        our_income.top_up(reference=reference, amount=amount, reason=reason, at=at)
        if gateways.current().name == "sandbox":
            balances.top_up(reference, amount, at=at)
        return f"{show(amount)} of our own bank lies at the provider."

    def _back(self, reference: str, _: Money | None, reason: str, *, at: datetime) -> str:
        amount = our_income.take_back(reference=reference, reason=reason, at=at)
        if gateways.current().name == "sandbox":
            balances.return_ours(reference, at=at)
        return f"{show(amount)} lies at the provider again."

    def _top_up_back(self, reference: str, _: Money | None, reason: str, *, at: datetime) -> str:
        amount = our_income.return_top_up(reference=reference, reason=reason, at=at)
        if gateways.current().name == "sandbox":
            balances.return_top_up(reference, at=at)
        return f"{show(amount)} is at our own bank again."

    def _say_what_is_ours(self) -> None:
        for currency in sorted(EXPONENTS):
            if (left := ours(currency)).amount > 0:
                self.stdout.write(f"{show(left)} at the provider is ours.")

"""Note that the platform exchanged a part of its balance at the provider."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.arguments import sum_of
from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from payments import gateways
from payments.gateways.base import InsufficientFunds
from payments.gateways.sandbox import balances
from payments.services import converting


class Command(BaseCommand):
    help = "Note what was exchanged at the provider, by its reference. The sandbox also does it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="what the provider or the bank calls it")
        parser.add_argument("sold", type=sum_of, help="such as EUR:495.00")
        parser.add_argument("bought", type=sum_of, help="such as USD:538.07")

    def handle(self, *_: Any, **options: Any) -> None:
        reference, sold, bought = options["reference"], options["sold"], options["bought"]
        at = clock.now()
        try:
            if gateways.current().name == "sandbox":
                balances.exchange(reference, sold, bought, at=at)
            converting.exchanged(exchange=reference, sold=sold, bought=bought, at=at)
        except (NotAllowed, InsufficientFunds) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Exchanged {show(sold)} for {show(bought)}.")

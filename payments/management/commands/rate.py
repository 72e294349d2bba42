"""Enter what a currency is worth that the provider of rates does not have."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from payments.models.house_rate import STANDS_FOR
from payments.services import house_rates


class Command(BaseCommand):
    help = (
        "Enter what one euro is worth in a currency that the provider of rates does not have."
        " Nothing is converted at it before a second person of finance confirms it at the desk."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("currency", help="such as KWD")
        parser.add_argument("per_euro", help="what one euro is worth, such as 0.3341")
        parser.add_argument("source", help="where the rate is from, and of which day")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="of one of finance")
        parser.add_argument(
            "--days", type=int, default=STANDS_FOR.days, help="how long it stands, a week at most"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            entered = house_rates.enter(
                options["currency"].upper(),
                Decimal(options["per_euro"]),
                reason=options["source"],
                by=by,
                at=clock.now(),
                stands_for=timedelta(days=options["days"]),
            )
        except InvalidOperation as problem:
            raise CommandError(f"“{options['per_euro']}” is no rate, such as 0.3341.") from problem
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{entered}, until {entered.valid_until:%Y-%m-%d %H:%M} UTC, once a second person"
            " of finance confirms it at the desk."
        )

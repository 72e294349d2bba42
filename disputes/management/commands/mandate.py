"""Say up to which sum a mediator rules alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.arguments import sum_of
from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from disputes.services import caps

OPERATOR = SYSTEM("an operator said so with manage.py mandate")


class Command(BaseCommand):
    help = (
        "Let a mediator rule alone up to a sum at stake; above it a second person confirms."
        " With --default they have no cap of their own any more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="of a mediator")
        parser.add_argument(
            "cap", nargs="?", type=cap_of, help="such as EUR:5000.00, or EUR:0 for never alone"
        )
        parser.add_argument("--default", action="store_true", help="take their own caps away")

    def handle(self, *_: Any, **options: Any) -> None:
        cap, at = options["cap"], clock.now()
        if (cap is None) != options["default"]:
            raise CommandError("Name a cap such as EUR:5000.00, or say --default.")
        mediator = User.objects.filter(email__iexact=options["email"]).first()
        if mediator is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        try:
            if cap is None:
                caps.take_back(mediator, by=OPERATOR, at=at)
            else:
                caps.entrust(mediator, cap, by=OPERATOR, at=at)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{mediator.email} {_now(cap)}.")


def cap_of(text: str) -> Money:
    """Nothing is a cap as well: who has it never rules alone."""
    return sum_of(text, may_be_nothing=True)


def _now(cap: Money | None) -> str:
    if cap is None:
        return "has no cap of their own any more"
    return f"rules alone up to {show(cap)} at stake" if cap else "never rules alone"

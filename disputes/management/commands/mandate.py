"""Say up to which sum a mediator rules alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.arguments import sum_of
from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from disputes.services import caps

OPERATOR = SYSTEM("an operator said so with manage.py mandate")


class Command(BaseCommand):
    help = "Let a mediator rule alone up to a sum at stake; above it a second person confirms."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="of a mediator")
        parser.add_argument("cap", type=sum_of, help="such as EUR:5000.00")

    def handle(self, *_: Any, **options: Any) -> None:
        cap, at = options["cap"], clock.now()
        mediator = User.objects.filter(email__iexact=options["email"]).first()
        if mediator is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        try:
            caps.entrust(mediator, cap, by=OPERATOR, at=at)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{mediator.email} rules alone up to {show(cap)} at stake.")

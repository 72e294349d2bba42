"""Say what somebody of ours may decide at the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.people.services import staffing
from billing_site.people.staff import ROLES
from billing_site.platform import clock

OPERATOR = SYSTEM("an operator said so with manage.py staff")


class Command(BaseCommand):
    help = "Give an account exactly these roles at the desk; with --leaves it has none any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="of an account that exists")
        parser.add_argument("roles", nargs="*", metavar="role", help=", ".join(ROLES))
        parser.add_argument("--leaves", action="store_true", help="take everything away")

    def handle(self, *_: Any, **options: Any) -> None:
        roles = options["roles"]
        if bool(roles) == options["leaves"]:
            raise CommandError(f"Name one or more of {', '.join(ROLES)}, or say --leaves.")
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}: have them sign up first.")
        try:
            staffing.appoint(user.pk, roles=roles, by=OPERATOR, at=clock.now())
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        may = f"is {', '.join(sorted(roles))} of the staff" if roles else "is not of the staff"
        self.stdout.write(f"{user.email} {may} now.")

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing_site.workflows.demo_world import signins


class Command(BaseCommand):
    help = "Show the one-time codes of those in the demo who sign in with one."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("One-time codes are shown in the demo only.")
        try:
            codes = signins.codes()
        except Authenticator.DoesNotExist as missing:
            raise CommandError("There is no demo world yet: `make demo` makes one.") from missing
        for code in codes:
            self.stdout.write(
                f"{code.digits}  for {code.seconds_left:2} s  {code.name}  {code.email}"
            )

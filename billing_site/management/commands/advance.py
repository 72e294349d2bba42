from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site.kernel.transitions import NotAllowed
from billing_site.workflows import time_travel


class Command(BaseCommand):
    help = "Move the demo's clock ahead and run everything that falls due, in order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=1)

    def handle(self, *, days: int, **options: Any) -> None:
        try:
            now = time_travel.advance(timedelta(days=days), on_moment=self.say)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"It is now {now:%a %-d %b %Y, %H:%M} UTC.")

    def say(self, moment: datetime) -> None:
        self.stdout.write(f"{moment:%Y-%m-%d %H:%M:%S}")

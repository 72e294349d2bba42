from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from billing_site.people.models import User
from billing_site.workflows.demo_world import stage
from billing_site.workflows.scale.copying import copy_world
from billing_site.workflows.scale.size import LARGE, people_and_volume, postings

STEP = 10  # percent


class Command(BaseCommand):
    help = "Fill an empty demo with a year of invented business."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="Another one is another year.")
        parser.add_argument(
            "--scale",
            type=int,
            nargs="?",
            const=LARGE,
            metavar="POSTINGS",
            help=f"copy the year until the books have so many lines (default: {LARGE:,})",
        )

    def handle(self, *, seed: int, scale: int | None, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo has a world to be filled with.")
        if User.objects.exists():
            raise CommandError("Somebody lives here already: `make demo-reset` starts afresh.")
        self.started = started = time.monotonic()
        self.said = 0
        stage.play(seed=seed, on_deed=self.say)
        self.stdout.write(f"A year of invented business in {time.monotonic() - started:.0f} s.")
        if scale:
            self.copy(scale)

    def copy(self, size: int) -> None:
        started = time.monotonic()
        people, volume = people_and_volume(size)
        with connections["owner"].cursor() as cursor:
            copy_world(cursor, people=people, volume=volume)
        took = time.monotonic() - started
        self.stdout.write(f"{postings():,} lines in the books after {took:.0f} s more.")

    def say(self, done: int, of: int) -> None:
        """Count up on a terminal; where lines are kept, a line for each tenth."""
        percent = done * 100 // of
        if self.stdout.isatty():
            self.stdout.write(f"\r{percent:3} %", ending="" if done < of else "\r")
        elif percent >= self.said + STEP:
            self.said = percent - percent % STEP
            took = time.monotonic() - self.started
            self.stdout.write(f"{self.said:3} % of the year, {took:.0f} s")
        self.stdout.flush()

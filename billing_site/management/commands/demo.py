from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_site import demo_server
from billing_site.kernel.transitions import NotAllowed
from billing_site.workflows.demo_world.signins import sign_ins

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End what we are doing, once: a second signal must not break off the cleaning up."""
    for signal_ in ENDS:
        signal.signal(signal_, signal.SIG_IGN)
    raise KeyboardInterrupt


class Command(BaseCommand):
    help = "Serve the demo world until interrupted, and leave no process behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="Forget the world, and end.")

    def handle(self, *, reset: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not the demo: unset DATABASE_URL, or set DEMO=1.")
        for signal_ in ENDS:
            signal.signal(signal_, interrupt)
        try:
            with demo_server.alone():
                if reset:
                    demo_server.forget()
                else:
                    self.serve()
        except KeyboardInterrupt:
            pass  # As one ends it.
        except (NotAllowed, demo_server.Broken) as reason:
            raise CommandError(str(reason)) from reason

    def serve(self) -> None:
        demo_server.prepare(say=self.say)
        with demo_server.running() as groups:
            self.say(f"Ready: {settings.SITE_URL}")
            for one in sign_ins():
                self.say(f"  {one.email:28} {one.password:20} {one.name}, {one.sees}")
            self.say(f"  Codes: `make demo-code`. Mail: {settings.SITE_URL}/demo/mail/")
            demo_server.watch(groups)

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

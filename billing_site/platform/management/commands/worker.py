from __future__ import annotations

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from billing_site.platform.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run jobs until interrupted: a cluster, and whoever restarts it when it wedges."

    def handle(self, **options: Any) -> None:
        stop = Event()
        for polite in (signal.SIGINT, signal.SIGTERM):
            signal.signal(polite, lambda *_: stop.set())
        Supervisor().run(stop)

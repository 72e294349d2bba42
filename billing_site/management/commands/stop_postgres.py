from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from billing_site import embedded_postgres


class Command(BaseCommand):
    help = "Stop the embedded PostgreSQL, which otherwise waits for the next command."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if settings.EMBEDDED:
            embedded_postgres.stop(settings.POSTGRES_DATA)

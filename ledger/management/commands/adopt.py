from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_site.platform import clock
from ledger.services.adopting import NotAdopted, adopt


class Command(BaseCommand):
    help = "After a restore from a dump: let the books go on here, and their seal with them."

    def handle(self, **options: Any) -> None:
        try:
            adopted = adopt(at=clock.now())
        except NotAdopted as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{adopted.sealed} entries were not sealed, and are now one block.")
        self.stdout.write(f"The books go on as incarnation {adopted.incarnation}.")

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from ledger.queries.verifying import verify_books


class Command(BaseCommand):
    help = "Recompute the seal over the books, and name the first row that was tampered with."

    def handle(self, **options: Any) -> None:
        verdict = verify_books()
        self.stdout.write(
            f"{verdict.blocks} blocks, {verdict.entries} entries as they were sealed."
        )
        if verdict.difference:
            self.stderr.write(f"Tampered with: {verdict.difference}.")
            sys.exit(1)
        self.stdout.write(f"head: {verdict.head or 'nothing is sealed yet'}")

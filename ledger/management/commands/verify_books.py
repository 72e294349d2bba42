from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from billing_site.platform import audit_seals
from ledger.queries.verifying import verify_books


class Command(BaseCommand):
    help = (
        "Recompute the seals over the books and over the record of who did what, and name the"
        " first row that was tampered with."
    )

    def handle(self, **options: Any) -> None:
        verdict = verify_books()
        self.stdout.write(
            f"{verdict.blocks} blocks, {verdict.entries} entries as they were sealed."
        )
        difference = verdict.difference or audit_seals.first_difference()
        if difference:
            self.stderr.write(f"Tampered with: {difference}.")
            sys.exit(1)
        self.stdout.write(f"head: {verdict.head or 'nothing is sealed yet'}")
        self.stdout.write(f"head of the record: {audit_seals.head() or 'nothing is sealed yet'}")

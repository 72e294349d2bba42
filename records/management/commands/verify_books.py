from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from billing_site.platform import audit_seals
from ledger.queries.verifying import verify_books
from records.queries.recorded_documents import first_difference


class Command(BaseCommand):
    help = (
        "Recompute the seals over the books and over the record of who did what, compare each"
        " document with what was recorded of it, and name the first row that was tampered with."
    )

    def handle(self, **options: Any) -> None:
        verdict = verify_books()
        self.stdout.write(
            f"{verdict.blocks} blocks, {verdict.entries} entries as they were sealed."
        )
        documents, changed = first_difference()
        self.stdout.write(f"{documents} documents as they were recorded.")
        difference = verdict.difference or audit_seals.first_difference() or changed
        if difference:
            self.stderr.write(f"Tampered with: {difference}.")
            sys.exit(1)
        self.stdout.write(f"head: {verdict.head or 'nothing is sealed yet'}")
        self.stdout.write(f"head of the record: {audit_seals.head() or 'nothing is sealed yet'}")

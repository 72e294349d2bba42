from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing_site.kernel import memory
from billing_site.workflows.scale.export_report import report as export_report
from billing_site.workflows.scale.report import report as pages_report
from invoices.bench.report import report as pdf_report
from invoices.bench.week_report import report as week_report
from ledger.bench.report import report as ledger_report

SUBJECTS = {
    "export": export_report,
    "ledger": ledger_report,
    "pages": pages_report,
    "pdf": pdf_report,
    "week": week_report,
}


class Command(BaseCommand):
    help = "Measure on this machine what the design promises, each figure beside its floor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", choices=sorted(SUBJECTS))
        parser.add_argument("--seconds", type=int, default=20, help="for each row (default: 20)")

    def handle(self, *, subject: str, seconds: int, **options: Any) -> None:
        if seconds < 1:
            self.stderr.write("Give each row a second at least.")
            sys.exit(1)
        memory.settle()  # as web and worker do
        for line in SUBJECTS[subject](seconds):
            self.stdout.write(line)

"""What a bank is shown as files: the pack on one paper, the client's receipt, and what was written.

The most important one comes first. What cannot be drawn is left out: the texts say it, too.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.template.loader import render_to_string

from billing_site.platform import files
from disputes.models import Message
from invoices.documents import pdf
from invoices.documents.pdf import NotDrawn
from invoices.models import Receipt
from payments.models import Chargeback
from payments.services import losses
from payments.services.evidence_files import Drawn

logger = logging.getLogger(__name__)
# In the order in which a bank reads them.
CHAPTERS = (
    ("product_description", "What was agreed"),
    ("uncategorized_text", "What was handed in and approved"),
    ("access_activity_log", "Who did what, and when"),
)


def drawn(case: Chargeback, at: datetime) -> list[Drawn]:
    """Return the files of our answer, from its texts and from what both sides have here."""
    return [*_pack(case, at), *_receipt(case), *_written(case, at)]


def _pack(case: Chargeback, at: datetime) -> list[Drawn]:
    """Where something was delivered, it is the proof of that; else a word of ours."""
    if "product_description" not in case.evidence or not _is_agreed(case):
        return []
    shows = "service_documentation" if "service_date" in case.evidence else "uncategorized_file"
    title = "What was agreed, handed in and approved"
    chapters = [(words, case.evidence.get(name, "")) for name, words in CHAPTERS]
    return _paper(case, shows, title, [each for each in chapters if each[1]], at)


def _receipt(case: Chargeback) -> list[Drawn]:
    found = Receipt.objects.filter(kind=Receipt.Kind.PAYMENT, charge=case.charge, pdf__isnull=False)
    receipt = found.select_related("pdf").first()
    if receipt is None or receipt.pdf is None:
        return []
    name = f"receipt-{receipt.number}.pdf"
    return [Drawn("receipt", f"Receipt {receipt.number}", name, files.open(receipt.pdf))]


def _written(case: Chargeback, at: datetime) -> list[Drawn]:
    """What both sides wrote to each other. What only one of them or staff reads stays here."""
    said = Message.objects.filter(
        dispute__escrow__in=losses.escrows_of(case.charge), audience=Message.Audience.BOTH
    )
    lines = [
        f"{each.at:%Y-%m-%d %H:%M} UTC  {each.by}: {each.text}"
        for each in said.select_related("by").order_by("at", "pk")
    ]
    if not lines:
        return []
    title = "What the two sides wrote to each other"
    return _paper(case, "customer_communication", title, [(title, "\n\n".join(lines))], at)


def _paper(
    case: Chargeback, shows: str, title: str, chapters: list[tuple[str, str]], at: datetime
) -> list[Drawn]:
    page = {"case": case, "title": title, "chapters": chapters, "made_at": at}
    try:
        content = pdf.draw_file(render_to_string("payments/evidence.html", page))
    except NotDrawn:
        logger.exception("Could not draw “%s” of %s", title, case)
        return []
    return [Drawn(shows, title, f"{shows}-{case.ref}.pdf", content)]


def _is_agreed(case: Chargeback) -> bool:
    """Whether there is a contract, and not only a sum that was paid."""
    return "Contract “" in str(case.evidence["product_description"])

"""What a bank is shown as files: the pack on one paper, the client's receipt, and what was written.

The most important one comes first. What cannot be drawn is left out: the texts say it, too.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.template.loader import render_to_string

from billing_site.platform import files
from disputes.documents import case_file as drawing
from disputes.models import Dispute, Message
from disputes.queries.case_file import CaseFile, case_file
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
    ended = _ended(case, at)
    pack = [each for each in _pack(case, at) if each.shows not in {it.shows for it in ended}]
    return [*pack, *ended, *_receipt(case), *_written(case, at)]


def told_of_their_case(case: Chargeback, at: datetime) -> CaseFile | None:
    """The case that the two sides ended here: what they agreed to, or what was decided.

    It is the pack that they have of it, with what both of them read, and nothing else.
    """
    about = Dispute.objects.filter(escrow__in=losses.escrows_of(case.charge)).told()
    over = about.filter(closed_at__isnull=False).exclude(state=Dispute.State.VOID)
    dispute = over.order_by("-closed_at", "-pk").first()
    if dispute is None:
        return None
    return case_file(dispute, dispute.messages.to_both(), made_for="the client’s bank", at=at)


def _pack(case: Chargeback, at: datetime) -> list[Drawn]:
    """Where something was delivered, it is the proof of that; else a word of ours."""
    if "product_description" not in case.evidence or not _is_agreed(case):
        return []
    shows = "service_documentation" if "service_date" in case.evidence else "uncategorized_file"
    title = "What was agreed, handed in and approved"
    chapters = [(words, case.evidence.get(name, "")) for name, words in CHAPTERS]
    return _paper(case, shows, title, [each for each in chapters if each[1]], at)


def _ended(case: Chargeback, at: datetime) -> list[Drawn]:
    told = told_of_their_case(case, at)
    if told is None:
        return []
    ref = told.dispute.ref
    try:
        content = drawing.draw(told)
    except NotDrawn:
        logger.exception("Could not draw the file of case %s for %s", ref, case)
        return []
    title = f"The case about “{told.dispute.escrow.title}”, which is over"
    return [Drawn("uncategorized_file", title, f"case-{ref}.pdf", content)]


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

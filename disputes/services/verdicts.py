"""What the rules of protection say of contested hours is kept with the case, from its first day."""

from __future__ import annotations

from datetime import datetime

from disputes.models import Dispute, Verdict
from invoices.protection import checks_of
from invoices.queries.billed_hours import hours_of
from invoices.queries.week_figures import standings_of
from invoices.week_summary import CAPPED


def freeze(dispute: Dispute, *, at: datetime) -> None:
    """Keep a verdict for each contested piece of time. What changes later changes none of them."""
    invoice = dispute.invoice
    if invoice.week is None:
        return
    monday = invoice.week.starts_on
    standing = standings_of([(dispute.contract, monday)], at=at)[dispute.contract_id, monday]
    verdicts = []
    for each in hours_of(invoice):
        # A protected week is one of its own: whatever it bills has passed at its lock.
        missing = [it.words for it in checks_of(each.entry, standing) if not it.holds]
        is_protected = invoice.is_protected
        verdicts.append(
            Verdict(
                dispute=dispute,
                entry=each.entry,
                minutes=each.minutes,
                is_protected=is_protected,
                missing="" if is_protected else "\n".join(missing or [CAPPED.words]),
            )
        )
    Verdict.objects.bulk_create(verdicts)

"""Retention: once a day, in batches, what the rules say is over; and a note of how much."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from billing_site.platform.queue import still_at_it
from invoices.models import CreditNote, FeeInvoice, Invoice
from ledger.queries.rows import rows
from records.models import RetentionRun
from records.queries.retention import Rule, rules
from records.services import orphans

logger = logging.getLogger(__name__)
AT_ONCE = 1_000  # rows of a batch, each a transaction of its own
KEPT: dict[str, type[Model]] = {
    "invoices": Invoice,
    "credit notes": CreditNote,
    "fee invoices": FeeInvoice,
}


def sweep(*, at: datetime) -> RetentionRun | None:
    """Erase what is due, once a day; None where that was done. One that was stopped goes on.

    A rule that fails keeps no other waiting: the run stays unfinished, and is gone on with.
    """
    run, _ = RetentionRun.objects.get_or_create(ran_on=at.date(), defaults={"begun_at": at})
    if run.finished_at:
        return None
    went = [_erase(run.pk, rule, at=at) for rule in rules()]
    if all(went):
        orphans.discard()
        return _finish(run.pk, at=at)
    return RetentionRun.objects.get(pk=run.pk)


def would_erase(*, at: datetime) -> dict[str, int]:
    """Return how many rows of each rule are due. Nothing is changed."""
    return {rule.name: rule.due(at=at).count() for rule in rules()}


def _erase(run_id: int, rule: Rule, *, at: datetime) -> bool:
    """Erase all that one rule says is over, and return whether that went well."""
    try:
        while _erase_some(run_id, rule, at=at) == AT_ONCE:
            still_at_it()
    except Exception:
        logger.exception("Could not erase what the rule %s is about", rule.name)
        return False
    return True


@transaction.atomic
def _erase_some(run_id: int, rule: Rule, *, at: datetime) -> int:
    found: QuerySet[Model] = rule.due(at=at).order_by("pk")
    keys = list(
        found.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)[
            :AT_ONCE
        ]
    )
    if not keys:
        return 0
    batch = found.model._base_manager.filter(pk__in=keys)  # noqa: SLF001 - whatever its default is
    batch.delete()
    run = RetentionRun.objects.lock(run_id)
    run.erased[rule.name] = run.erased.get(rule.name, 0) + len(keys)
    run.save(update_fields=["erased"])
    return len(keys)


@transaction.atomic
def _finish(run_id: int, *, at: datetime) -> RetentionRun:
    run = RetentionRun.objects.lock(run_id)
    run.finished_at = at
    if run.erased:
        run.kept = _left()
        logger.info("retention erased %s and kept %s", run.erased, run.kept)
    run.save(update_fields=["finished_at", "kept"])
    return run


def _left() -> dict[str, int]:
    """How many there are of what no rule is about, to be compared with the day before."""
    counted = {name: model._base_manager.count() for name, model in KEPT.items()}  # noqa: SLF001 - all
    entries = rows("SELECT count(*) AS count FROM ledger_entry")
    return {"entries of the books": entries[0]["count"], **counted}

"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import date, datetime

from billing_site.platform import clock
from records.services import (
    certificates,
    collectives,
    exports,
    failed_exports,
    retaining,
    rounds,
    summaries,
)


def write_export(*, export_id: int) -> None:
    exports.write_out(export_id, at=clock.now())


def render_certificate(*, certificate_id: int) -> None:
    certificates.keep_pdf(certificate_id)


def forget_exports(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    gone, failed = exports.forget_due(at=at), failed_exports.give_up_dead(at=at)
    return f"Forgot {gone}, gave up {failed}."


def go_rounds(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Asked for {rounds.go_due(at=at)}."


def issue_collective(*, organization_id: int, period: str) -> None:
    collectives.issue_all(organization_id, date.fromisoformat(period), at=clock.now())


def render_collective(*, statement_id: int) -> None:
    collectives.keep_pdf(statement_id)


def send_summary(*, organization_id: int, period: str) -> None:
    summaries.send(organization_id, date.fromisoformat(period), at=clock.now())


def erase_what_is_over(*, at: datetime) -> str:
    """Run every minute, and once a day with something to do; see settings.TICKS."""
    run = retaining.sweep(at=at)
    return f"Erased {run.erased}." if run else "Erased what was over today already."

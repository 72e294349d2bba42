"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import datetime

from billing_site.platform import clock
from records.services import certificates, exports


def write_export(*, export_id: int) -> None:
    exports.write_out(export_id, at=clock.now())


def render_certificate(*, certificate_id: int) -> None:
    certificates.keep_pdf(certificate_id)


def forget_exports(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Forgot {exports.forget_due(at=at)}."

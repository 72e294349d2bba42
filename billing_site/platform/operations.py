"""Pressing twice does it once: each form that matters carries an `op_id` of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import Operation


def once(*, user_id: int, deed: str, op_id: UUID, subject: str, at: datetime) -> Operation | None:
    """Note that this person does *deed* to *subject* by the form *op_id*, for the first time.

    Return None where that form was carried out before: answer as you did then. Two at
    once wait for each other here, so call it first in the transaction that does the deed.

    :raises NotAllowed: the form was carried out before, on another subject.
    """
    operation, is_new = sent(user_id=user_id, deed=deed, op_id=op_id, subject=subject, at=at)
    return operation if is_new else None


def sent(
    *, user_id: int, deed: str, op_id: UUID, subject: str, at: datetime
) -> tuple[Operation, bool]:
    """Return the note of that form, and whether it was written just now. See `once`."""
    assert connection.in_atomic_block, "The note and the deed stand and fall together."
    operation, is_new = Operation.objects.get_or_create(
        user_id=user_id, deed=deed, op_id=op_id, defaults={"subject": subject, "at": at}
    )
    if not is_new and operation.subject != subject:
        raise NotAllowed(
            f"This form was sent before, for {operation.subject}. Nothing was done now: "
            "open the page again and decide there."
        )
    return operation, is_new

"""The same form sent twice is one deed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import operations


def is_repeated(
    by: User | SYSTEM, deed: str, subject: str, *, op_id: UUID | None, at: datetime
) -> bool:
    """Note the form, and tell whether it was carried out before.

    Call it under the lock of what the form is about, first of all that is written.
    """
    if op_id is None or isinstance(by, SYSTEM):
        return False
    return operations.once(user_id=by.pk, deed=deed, op_id=op_id, subject=subject, at=at) is None

"""The same form sent twice is one deed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import operations
from billing_site.platform.operations import Form


def is_repeated(
    by: User | SYSTEM, deed: str, subject: str, *, op_id: UUID | None, at: datetime
) -> bool:
    """Note the form, and tell whether it was carried out before.

    Call it under the lock of what the form is about, first of all that is written.
    """
    if op_id is None or isinstance(by, SYSTEM):
        return False
    return operations.once(user_id=by.pk, deed=deed, op_id=op_id, subject=subject, at=at) is None


def sent(by: User | SYSTEM, deed: str, subject: str, *, op_id: UUID | None, at: datetime) -> Form:
    """Note the form as `is_repeated` does, for a deed whose answer is something new.

    :raises NotAllowed: it was carried out before forms were noted with what they made.
    """
    user_id = None if isinstance(by, SYSTEM) else by.pk
    return operations.form(user_id=user_id, deed=deed, op_id=op_id, subject=subject, at=at)

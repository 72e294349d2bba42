"""The same form sent twice is one deed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import operations
from billing_site.platform.models import Operation

M = TypeVar("M", bound=Model)


def is_repeated(
    by: User | SYSTEM, deed: str, subject: str, *, op_id: UUID | None, at: datetime
) -> bool:
    """Note the form, and tell whether it was carried out before.

    Call it under the lock of what the form is about, first of all that is written.
    """
    if op_id is None or isinstance(by, SYSTEM):
        return False
    return operations.once(user_id=by.pk, deed=deed, op_id=op_id, subject=subject, at=at) is None


@dataclass(frozen=True, slots=True)
class Form:
    """What a form makes is noted with it, so that sent again it is answered with the same."""

    note: Operation | None  # None: it is no form, or nobody sends it twice
    is_again: bool

    @property
    def made(self) -> list[str]:
        """The references of what it made when it was sent first."""
        return self.note.made.split() if self.note else []

    def makes(self, *things: Model) -> None:
        if self.note:
            self.note.made = " ".join(str(getattr(each, "ref")) for each in things)  # noqa: B009
            self.note.save(update_fields=["made"])

    def answer(self, thing: M) -> M:
        """Note *thing* and return it, as the last line of what makes it."""
        self.makes(thing)
        return thing


def sent(by: User | SYSTEM, deed: str, subject: str, *, op_id: UUID | None, at: datetime) -> Form:
    """Note the form as `is_repeated` does, for a deed whose answer is something new.

    :raises NotAllowed: it was carried out before forms were noted with what they made.
    """
    if op_id is None or isinstance(by, SYSTEM):
        return Form(None, is_again=False)
    note, is_new = operations.sent(user_id=by.pk, deed=deed, op_id=op_id, subject=subject, at=at)
    if not is_new and not note.made:
        raise NotAllowed(
            "This form was carried out before. Nothing was done now: look at the list."
        )
    return Form(note, is_again=not is_new)

"""Pressing twice does it once: each form that matters carries an `op_id` of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import Operation

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form makes is noted with it, so that sent again it is answered with the same."""

    note: Operation | None  # None: it is no form, or nobody sends it twice
    is_again: bool

    @property
    def made(self) -> list[str]:
        """What it made when it was sent first: references, or keys of what has none."""
        return self.note.made.split() if self.note else []

    def makes(self, *things: Model) -> None:
        if self.note:
            self.note.made = " ".join(str(getattr(each, "ref", each.pk)) for each in things)
            self.note.save(update_fields=["made"])

    def answer(self, thing: M) -> M:
        """Note *thing* and return it, as the last line of what makes it."""
        self.makes(thing)
        return thing


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


def form(*, user_id: int | None, deed: str, op_id: UUID | None, subject: str, at: datetime) -> Form:
    """Note the form as `once` does, for a deed whose answer is something new.

    :raises NotAllowed: it was carried out before forms were noted with what they made.
    """
    if op_id is None or user_id is None:
        return Form(None, is_again=False)
    note, is_new = sent(user_id=user_id, deed=deed, op_id=op_id, subject=subject, at=at)
    if not is_new and not note.made:
        raise NotAllowed(
            "This form was carried out before. Nothing was done now: look at the list."
        )
    return Form(note, is_again=not is_new)

"""The words that mediators begin with: written, replaced and retired by who mediates."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from disputes.models import StandardText
from disputes.models.sides import mediates, supervises
from disputes.placeholders import MEANS, OF_A_FIGURE, unknown_in
from invoices.services.repeating import sent

Purpose = StandardText.Purpose


@transaction.atomic
def write(
    *,
    purpose: str,
    title: str,
    text: str,
    by: User,
    at: datetime,
    replaces: str = "",
    op_id: UUID | None = None,
) -> StandardText:
    """Write a text, or another wording of the one whose ref *replaces* names.

    :raises NotYours: *by* does not mediate.
    :raises WrongState: it was replaced or retired already.
    :raises NotAllowed: nothing is said, a placeholder means nothing, or the title is taken.
    """
    _check_staff(by)
    form = sent(by, "standard_text.write", f"text/{replaces}", op_id=op_id, at=at)
    if form.is_again:
        return StandardText.objects.get(ref__in=form.made)
    title, text = " ".join(title.split()), text.strip()
    _check_words(purpose, title, text)
    old = _retire(replaces, at=at) if replaces else None
    try:
        with transaction.atomic():
            written = StandardText.objects.create(
                purpose=purpose, title=title, text=text, by=by, at=at, replaces=old
            )
    except IntegrityError as taken:
        raise NotAllowed(f"There is a text called “{title}” already.") from taken
    return form.answer(written)


@transaction.atomic
def retire(ref: str, *, by: User, at: datetime) -> StandardText:
    """Offer it no more. What was written with it stays as it was sent.

    :raises NotYours: *by* does not mediate.
    :raises WrongState: it was replaced or retired already.
    """
    _check_staff(by)
    return _retire(ref, at=at)


def _retire(ref: str, *, at: datetime) -> StandardText:
    text = StandardText.objects.lock(ref)
    if text.retired_at:
        raise WrongState(f"“{text}” was replaced or retired already.")
    text.retired_at = at
    text.save(update_fields=["retired_at"])
    return text


def _check_staff(by: User) -> None:
    if not (mediates(by) or supervises(by)):
        raise NotYours(f"It is not for {by} to write our standard texts.")


def _check_words(purpose: str, title: str, text: str) -> None:
    if not title or not text:
        raise NotAllowed("Write a title and a text.")
    unknown = unknown_in(text)
    if purpose == Purpose.QUESTION:
        unknown += [name for name in OF_A_FIGURE if f"{{{name}}}" in text]
    if unknown:
        known = ", ".join(
            f"{{{name}}}"
            for name in MEANS
            if purpose != Purpose.QUESTION or name not in OF_A_FIGURE
        )
        raise NotAllowed(f"{{{unknown[0]}}} means nothing here. What can stand there: {known}.")

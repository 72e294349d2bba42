"""Everything that is kept about a person: asked for by them, for them alone, and forgotten."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import files
from billing_site.platform.queue import later
from records.models import Export
from records.services import exports


@transaction.atomic
def request(person: User, *, at: datetime) -> Export:
    """Have everything that is kept about *person* written as an archive, for them alone.

    :raises NotAllowed: one is being written.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Export.objects.about(person).unfinished().exists():
        raise NotAllowed("It is being written already.")
    export = Export.objects.create(
        requested_by=person, format=Export.Format.PERSON, asked={}, requested_at=at
    )
    later(exports.WRITE, export_id=export.pk)
    return export


@transaction.atomic
def forget(person: User, *, at: datetime) -> None:
    """Write no archive about *person* any more, and delete those that are there."""
    ours = Export.objects.about(person).select_for_update(no_key=True).order_by("pk")
    for export in ours.filter(cancelled_at=None, failed_at=None, forgotten_at=None):
        if export.is_running:
            export.cancelled_at = at  # The job notices.
        else:
            export.forgotten_at = at
            transaction.on_commit(partial(files.discard, export.stored_as))
        export.save(update_fields=["cancelled_at", "forgotten_at"])

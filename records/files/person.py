"""Everything about one person, as a ZIP of JSON and of the files that they handed in.

What is theirs is told whole. Of what others keep and they merely took part in, it says what it
is, its reference, and as what they stand there. Secrets by which one signs in are left out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from billing_site.people.models import User
from billing_site.platform import files
from billing_site.platform.models import File, Letter

# By which column a row is theirs. The others are found by their foreign keys to a person.
OWN = {
    "people.User": "pk",
    "people.Membership": "user",
    "people.Invitation": "email",
    "people.Seeing": "person",
    "people.SignIn": "user",
    "account.EmailAddress": "user",
    "mfa.Authenticator": "user",
    "usersessions.UserSession": "user",
    "platform.Letter": "email",
    "platform.Notice": "user_id",
    "platform.SavedFilter": "user_id",
    "platform.AuditEvent": "user_id",
    "platform.Operation": "user_id",
    "payments.Restriction": "user",
    "invoices.TimeEntry": "person",
    "invoices.Timer": "person",
    "invoices.Delivery": "by",
    "invoices.Expense": "by",
    "disputes.Message": "by",
    "disputes.Evidence": "by",
    "disputes.Offer": "by",
    "disputes.Ticket": "asked_by",
    "disputes.TicketMessage": "by",
    "records.Export": "requested_by",
}
SECRET = {"password", "data", "token_hash", "session_key", "stored_as", "html"}
AT_ONCE = 500


def write_person(path: Path, person: User) -> int:
    """Write the archive to *path*, row by row; return how many rows are in it."""
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kept: list[File] = []
        with archive.open("data.json", "w", force_zip64=True) as entry:
            entry.write(b"[")
            for row in _rows(person, kept):
                text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
                entry.write((("," if count else "") + "\n" + text).encode())
                count += 1
            entry.write(b"\n]\n")
        for file in kept:
            archive.writestr(f"files/{file.ref}-{file.name}", files.open(file))
    return count


def columns_of_people() -> Iterator[tuple[type[Model], str]]:
    """Yield each table that knows a person, and by which of its columns."""
    for model in apps.get_models():
        own = OWN.get(model._meta.label)  # noqa: SLF001 - Django's documented name for it
        if own:
            yield model, own
        for field in model._meta.concrete_fields:  # noqa: SLF001 - likewise
            if field.related_model is User and field.name != own:
                yield model, field.name


def _rows(person: User, kept: list[File]) -> Iterator[dict[str, Any]]:
    for model, column in columns_of_people():
        label = model._meta.label  # noqa: SLF001 - Django's documented name for it
        value = person.email if column == "email" else person.pk
        found = model._base_manager.filter(**{column: value}).order_by("pk")  # noqa: SLF001 - all
        for row in found.iterator(chunk_size=AT_ONCE):
            if OWN.get(label) == column:
                yield {"what": label, **_told(row)}
                kept += _files(row)
            else:
                yield {"what": label, "as": column, "reference": getattr(row, "ref", row.pk)}


def _told(row: Model) -> dict[str, Any]:
    fields = row._meta.concrete_fields  # noqa: SLF001 - Django's documented name for it
    return {
        field.name: str(value) if hasattr(value, "currency") else value
        for field in fields
        if field.name not in SECRET and not (field.name == "text" and _is_private(row))
        for value in (getattr(row, field.attname),)
    }


def _is_private(row: Model) -> bool:
    """Whether it is a letter with a code to sign in, which has not been sent yet."""
    return isinstance(row, Letter) and row.is_private


def _files(row: Model) -> list[File]:
    fields = row._meta.concrete_fields  # noqa: SLF001 - Django's documented name for it
    found = [getattr(row, field.name) for field in fields if field.related_model is File]
    return [each for each in found if each is not None]

"""Which tables are copied: with the people, with what they did, or not at all."""
# ruff: noqa: SLF001 - `_meta` is Django's documented way to look at a model

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from django.apps import apps
from django.db.models import DateField, ForeignKey, Model, UniqueConstraint

# Of one machine or one moment, or another's: a larger world has no more of it.
LEFT_OUT = {
    *("admin", "auth", "contenttypes", "django_q", "mfa", "sandbox", "sessions", "usersessions"),
    *("account.emailconfirmation", "people.invitation", "people.signin", "payments.gatewayevent"),
    "payments.exchangerate",
    *("platform.auditevent", "platform.auditseal", "platform.democlock", "platform.heartbeat"),
    *("platform.job", "platform.lawcheck", "platform.operation", "platform.savedfilter"),
    "platform.series",
    # One a day, week or month: their days cannot be moved.
    *("records.round", "records.retentionrun", "records.collectivestatement"),
}
BOOKS = "ledger"  # copied by a module of their own
ALWAYS_OF_PEOPLE = {"people.user", "people.organization", "payments.payoutmethod"}


class Follows(Enum):
    """What a table's rows are copied with."""

    PEOPLE = "who"
    DEEDS = "what"

    @property
    def offset(self) -> str:
        """The column of `scale_copy` that is added to a key of such a table."""
        return self.value


def copied_tables() -> dict[type[Model], Follows]:
    """Return every table that is copied, and what it follows.

    A table follows the people if there can be one row only for each of them, whatever the day.
    """
    found = [model for model in apps.get_models() if _is_copied(model)]
    people = {model for model in found if model._meta.label_lower in ALWAYS_OF_PEOPLE}
    while more := {each for each in found if each not in people and _is_theirs(each, people)}:
        people |= more
    return {model: Follows.PEOPLE if model in people else Follows.DEEDS for model in found}


def _is_copied(model: type[Model]) -> bool:
    names = {model._meta.label_lower, model._meta.app_label}
    return not (names & LEFT_OUT) and model._meta.app_label != BOOKS and model._meta.managed


def _is_theirs(model: type[Model], people: set[type[Model]]) -> bool:
    pointers = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    if any(_is_copied(it.related_model) and it.related_model not in people for it in pointers):
        return False
    to_people = {field.name for field in pointers if field.related_model in people}
    return any(to_people & set(names) for names in _unique_together(model))


def _unique_together(model: type[Model]) -> Iterable[Iterable[str]]:
    yield from ([field.name] for field in model._meta.concrete_fields if field.unique)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            fields = [model._meta.get_field(name) for name in constraint.fields]
            if not any(isinstance(field, DateField) for field in fields):
                yield constraint.fields

"""Django's own `migrate`, which renders no models for what no model shows.

Django keeps the models of each moment of the history, and renders one and all its neighbors anew
for each constraint and each index: a third of all that migrating from nothing takes. What
PostgreSQL is sent is made from the table and the constraint alone, and at the end of a run Django
renders everything again. And models of the past take no steps: their states need not ask for
them whenever any model has been rendered, as django-fsm has each of them do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_fsm
from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with constraints_are_noted(), states_ask_for_no_steps():
            return super().handle(*args, **options)


@contextmanager
def constraints_are_noted() -> Iterator[None]:
    """Note constraints and indexes in the history and in the model as it was rendered before."""
    state: Any = ProjectState
    django_s = state._append_option, state._remove_option  # noqa: SLF001 - it has no other place

    def append(self: Any, app_label: str, model: str, option: str, added: Any) -> None:
        _note(self, app_label, model, option, [*_of(self, app_label, model, option), added])

    def remove(self: Any, app_label: str, model: str, option: str, name: str) -> None:
        before = _of(self, app_label, model, option)
        _note(self, app_label, model, option, [each for each in before if each.name != name])

    state._append_option, state._remove_option = append, remove  # noqa: SLF001 - likewise
    try:
        yield
    finally:
        state._append_option, state._remove_option = django_s  # noqa: SLF001 - likewise


class Deaf:
    """A signal that nobody hears."""

    def connect(self, *_: Any, **__: Any) -> None:
        pass


@contextmanager
def states_ask_for_no_steps() -> Iterator[None]:
    heard, django_fsm.class_prepared = django_fsm.class_prepared, Deaf()
    try:
        yield
    finally:
        django_fsm.class_prepared = heard


def _of(state: Any, app_label: str, model: str, option: str) -> list[Any]:
    found: list[Any] = state.models[app_label, model].options[option]
    return found


def _note(state: Any, app_label: str, model: str, option: str, now: list[Any]) -> None:
    """Whoever alters a column looks there for what must stay."""
    state.models[app_label, model].options[option] = now
    if "apps" in state.__dict__:  # rendered at all
        setattr(state.apps.get_model(app_label, model)._meta, option, now)  # noqa: SLF001 - likewise

"""The one way to change a state: as somebody, for the record, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, Value, When
from django_fsm import can_proceed, has_transition_perm

if TYPE_CHECKING:
    from billing_site.people.models import User


class NotAllowed(Exception):
    """The domain said no, in words for the person who asked."""


class WrongState(NotAllowed):
    """Too early, too late, or somebody was faster."""


class NotYours(NotAllowed):
    """The step exists, but it is another party's to take."""


@dataclass(frozen=True, slots=True)
class SYSTEM:
    """The system acts, and says why: `by=SYSTEM("the review period is over")`."""

    reason: str

    def __str__(self) -> str:
        return f"the system, because {self.reason}"


def nobody(_thing: models.Model, _user: User) -> bool:
    """The permission of a step that is only ever the consequence of another."""
    return False


class StateChange(models.Model):
    """A line of history. Each state machine keeps its own table of these, as `changes`."""

    was = models.CharField(max_length=50)
    became = models.CharField(max_length=50)
    step = models.CharField(max_length=50)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)  # the system's, where nobody did it
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.was} → {self.became} by {self.by or 'the system'}"


def take(
    step: Callable[..., Any], *, by: User | SYSTEM, at: datetime, note: str = "", **facts: Any
) -> None:
    """Run the transition *step* as *by*, save the object and write its history.

    A step that has no meaning for a person is taken by `SYSTEM(reason)`; the
    permission of the step is asked of people only.

    :raises WrongState: the step does not start from the state the object is in.
    :raises NotYours: the step is not this person's to take.
    """
    assert connection.in_atomic_block, "Lock the object first; see QuerySet.lock()."
    thing = step.__self__  # type: ignore[attr-defined]
    _check(step, by)
    was = thing.state
    step(at=at, **facts)
    thing.save()
    thing.changes.create(**_told(thing, was, step.__name__, by, at=at, note=note))


def take_all(
    verb: str,
    things: Iterable[models.Model],
    *,
    by: User | SYSTEM,
    at: datetime,
    each: Callable[[Any], dict[str, Any]] = lambda _thing: {},
    **facts: Any,
) -> list[models.Model]:
    """Take the same step on several objects, which the caller has locked in key order.

    For steps that stand and fall together; what is decided one by one, such as several invoices
    that somebody approves with one press, is a transaction each. Every object is checked as
    `take` checks it, and all are written by two statements. *facts* are the same for all of
    them, and what *each* returns is its own.

    :raises WrongState, NotYours: of the first that refuses; then none was taken.
    """
    assert connection.in_atomic_block, "Lock the objects first; see QuerySet.lock()."
    taken = sorted(things, key=lambda thing: thing.pk)
    if not taken:
        return []
    was: dict[int, str] = {}
    changed: set[str] = set()
    for thing in taken:
        step = getattr(thing, verb)
        _check(step, by)
        before = dict(thing.__dict__)
        was[thing.pk] = before["state"]
        step(at=at, **facts, **each(thing))
        changed |= {name for name, value in thing.__dict__.items() if before.get(name) != value}
    one: Any = taken[0]
    written = {name: _values(taken, name) for name in sorted(changed)}
    type(one).objects.filter(pk__in=[thing.pk for thing in taken]).update(**written)
    history, noun = one.changes.model, one.changes.field.name
    history.objects.bulk_create(
        history(**{noun: thing}, **_told(thing, was[thing.pk], verb, by, at=at)) for thing in taken
    )
    return taken


def may_take(step: Callable[..., Any], user: User) -> bool:
    """Tell whether *user* could take *step* now: what buttons ask, and services ask again."""
    return can_proceed(step, check_conditions=False) and has_transition_perm(step, user)


def _values(taken: Sequence[models.Model], name: str) -> Any:
    """What a column becomes: one value for all where it is one, which is a much shorter UPDATE."""
    values = [getattr(thing, name) for thing in taken]
    if all(value == values[0] for value in values):
        return values[0]
    field: Any = taken[0]._meta.get_field(name)  # noqa: SLF001 -- Django's own name for it
    whens = [
        When(pk=thing.pk, then=Value(value, output_field=field))
        for thing, value in zip(taken, values, strict=True)
    ]
    return Case(*whens, output_field=field)


def _check(step: Callable[..., Any], by: User | SYSTEM) -> None:
    thing, verb = step.__self__, step.__name__  # type: ignore[attr-defined]
    if not can_proceed(step, check_conditions=False):
        raise WrongState(_too_late(thing, verb))
    if not isinstance(by, SYSTEM) and not has_transition_perm(step, by):
        raise NotYours(f"It is not for {by} to {_words(verb)} {thing}.")


def _told(
    thing: Any, was: str, verb: str, by: User | SYSTEM, *, at: datetime, note: str = ""
) -> dict[str, Any]:
    """What the history says of a step that was just taken."""
    return {
        "was": was,
        "became": thing.state,
        "step": verb,
        "by": None if isinstance(by, SYSTEM) else by,
        "reason": by.reason if isinstance(by, SYSTEM) else "",
        "note": note,
        "at": at,
    }


def _too_late(thing: Any, verb: str) -> str:
    said = f"Nobody can {_words(verb)} {thing} now: it is {thing.get_state_display()}"
    last = thing.changes.select_related("by").order_by("at", "pk").last()
    if last is None:
        return f"{said}."
    who = last.by or "the system"
    return f"{said}, since {who} was faster ({last.at:%-d %B %Y, %H:%M} UTC)."


def _words(verb: str) -> str:
    return verb.strip("_").replace("_", " ")

"""What a door is declared to be, and what each persona has to be told at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from django.apps import apps

from tests.security.answers import Answer
from tests.security.personas import MEMBERS, PARTIES, STAFF, Persona
from tests.security.resolver import Url
from tests.security.world import World

A, P = Answer, Persona
Values = Mapping[str, str]
NOBODY_MAY: frozenset[Persona] = frozenset()


@dataclass(frozen=True, slots=True)
class Door:
    """An address: who may look, who may act, and which things it is tried on.

    `of` names things of the world; on the first the deed is possible, on the others it
    is not, for anybody. `on` is the page whose form leads here, where it is another one.
    """

    see: AbstractSet[Persona] = NOBODY_MAY
    do: AbstractSet[Persona] = NOBODY_MAY
    of: tuple[str, ...] = ()
    parameter: str = "ref"
    fills: Values = field(default_factory=dict)  # further parameters, by the world's things
    circle: AbstractSet[Persona] = PARTIES  # who may know that the thing exists
    on: str = ""
    values: Values = field(default_factory=dict)  # what a person writes into the form
    body: Values = field(default_factory=dict)  # what is posted without a form, by things
    is_for_all: bool = False  # even for staff who have no second factor yet
    is_open_inside: bool = False  # also to those who act for no organization
    is_desk: bool = False  # staff's; whoever else is signed in is told to sign in as them
    is_nowhere: bool = False  # a pattern that catches what no other does, without a name
    asks: bool = False  # for a fresh second factor, before anything is done
    by_itself: bool = False  # a package answers here; only its being closed to others is ours
    is_own: bool = False  # the form says what is theirs: whoever acts has read their own
    keeps: bool = False  # acting leaves no trace but in the session

    def addresses(self, url: Url, world: World) -> list[str]:
        """Every address of this door in the situation; first that on which the deed can be done."""
        if self.is_nowhere:
            return []
        given = {name: _value(world, thing) for name, thing in self.fills.items()}
        if not self.of:
            return [url.at(**given)]
        return [url.at(**given, **{self.parameter: world[thing]}) for thing in self.of]

    def does(self, persona: Persona) -> bool:
        """Whether acting changes something, where it can be done."""
        is_enrolling = persona == P.STAFF_WITHOUT_FACTOR and not self.is_for_all
        return persona in self.do and not (self.asks or self.keeps or is_enrolling)

    def missing(self, url: Url, world: World) -> str:
        """The address of what is not there."""
        given = {name: _value(world, thing) for name, thing in self.fills.items()}
        return url.at(**given, **{self.parameter: NOT_THERE})


NOT_THERE, ROW_OF = "0000000000ZZ", "row of "


def _value(world: World, thing: str) -> str:
    if thing.startswith(ROW_OF):
        model = apps.get_model(thing.removeprefix(ROW_OF))
        row = model._base_manager.order_by("pk").first()
        return str(row.pk) if row else "1"
    return world.refs.get(thing, thing)


def to_be_told(
    door: Door, persona: Persona, *, acting: bool, possible: bool
) -> AbstractSet[Answer]:
    """Return what the door may answer; whatever is not in it is a hole, or an annoyance."""
    allowed = door.do if acting else door.see
    if persona == P.STAFF_WITHOUT_FACTOR and not door.is_for_all:
        return {A.ENROL, A.DESK, A.NO_DEED} | (set(A) - {A.BROKEN} if door.by_itself else set())
    if persona in allowed:
        return _let_in(door, acting=acting, possible=possible)
    if door.is_desk or door.by_itself:
        return _kept_out(door, persona)
    for rule, answer in OUTSIDE:
        if rule(persona) and not (door.is_open_inside and answer != A.SIGN_IN):
            return {answer, A.NO_DEED}
    if door.of and persona not in door.circle:
        return {A.MISSING, A.NO_DEED}
    return {A.REFUSED, A.NO_DEED, A.MISSING} | ({A.MOVED} if acting else set())


def _kept_out(door: Door, persona: Persona) -> AbstractSet[Answer]:
    """allauth and the admin have several ways of showing the door; none shows a page."""
    if door.is_desk and persona in STAFF:
        # A list may be asked by POST, too, and a deed's address by GET.
        return {A.SHOWN, A.DESK, A.REFUSED, A.MISSING, A.NO_DEED, A.MOVED, A.PROVE}
    ways = {A.SIGN_IN, A.MOVED, A.REFUSED, A.NO_DEED, A.MISSING}
    return ways if door.is_desk else ways | {A.SHOWN, A.PROVE, A.FOUND, A.ENROL, A.DESK}


def _let_in(door: Door, *, acting: bool, possible: bool) -> AbstractSet[Answer]:
    if door.by_itself:
        return set(A) - {A.BROKEN}
    if door.is_desk and not (acting and door.do):
        return {A.SHOWN, A.DESK}  # where no such row is there, back to the desk
    if not acting:
        return {A.SHOWN}
    if not possible:
        return {A.REFUSED, A.MOVED, A.MISSING}
    if door.asks:
        return {A.PROVE}
    return {A.MOVED, A.SHOWN}


OUTSIDE: list[tuple[Callable[[Persona], bool], Answer]] = [
    (lambda one: one in {P.NOBODY, P.SUSPENDED}, A.SIGN_IN),
    (lambda one: one in STAFF, A.DESK),
    (lambda one: one == P.NEWCOMER, A.FOUND),
]
assert not any(rule(member) for rule, _ in OUTSIDE for member in MEMBERS)

"""Every address of the resolver, as everybody, in every situation: who is let in, who is not.

Cells are address x thing x persona x looking and acting. An act is posted as the form
that the rightful person sees, filled in: a refusal is then about who asks, and not about
what was left empty.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.urls import get_resolver

from billing_site.kernel.admin import ReadOnlyAdmin
from tests.security.acting import Visit, filled, form_seen, payloads
from tests.security.answers import Answer, answer_of, bytes_of
from tests.security.declared import DOORS
from tests.security.doors import to_be_told
from tests.security.effects import changed, state_of_everything, writes, written_since
from tests.security.personas import EVERYBODY, P
from tests.security.resolver import every_url
from tests.security.world import World

URLS = every_url(get_resolver())


def test_every_address_is_declared_and_nothing_else() -> None:
    assert sorted({url.name for url in URLS} - set(DOORS)) == [], "Declare who may use these."
    assert sorted(set(DOORS) - {url.name for url in URLS}) == [], "These are gone: undeclare them."


def test_the_desk_reads_and_does_not_write() -> None:
    writing = [model for model, how in admin.site._registry.items() if not _only_reads(how)]
    assert writing == []


def test_the_matrix_is_large_enough() -> None:
    things = sum(max(1, len(DOORS[url.name].of)) for url in URLS)
    cells = things * len(P) * 2
    assert cells >= 2_000, f"{len(URLS)} addresses x {len(P)} personas: {cells} cells"


def test_what_an_act_changed_is_seen(world: World) -> None:
    before, written = state_of_everything(), writes()
    client = world.cast.organizations["client"]
    client.save()  # a row is written, and says what it said
    assert written_since(written) == ["people_organization"]
    assert changed(before, among=written_since(written)) == []
    type(client).objects.filter(pk=client.pk).update(name="Renamed")
    assert changed(before, among=written_since(written)) == ["people_organization"]


@pytest.mark.parametrize("persona", list(P))
def test_looking(world: World, persona: P) -> None:
    """Who may look sees the page; for the others it is not there, and looking changes nothing."""
    browser = world.cast.enters(persona)
    browser.raise_request_exception = False
    before = state_of_everything()
    absent = cache(lambda address: bytes_of(browser.get(address)))
    wrong = []
    for url in URLS:
        door = DOORS[url.name]
        allowed = to_be_told(door, persona, acting=False, possible=True)
        for address in door.addresses(url, world):
            response = browser.get(address)
            answer = answer_of(response)
            if answer not in allowed:
                wrong.append(f"{url.name}: {answer}, not {_words(allowed)} ({address})")
            is_hidden = answer == Answer.MISSING and door.of and persona not in door.circle
            if is_hidden and bytes_of(response) != absent(door.missing(url, world)):
                wrong.append(f"{url.name}: not as if it did not exist ({address})")
            if door.circle != EVERYBODY:
                wrong += [f"{address} shows {each}" for each in world.leaks(response, persona)]
    assert not wrong, "\n".join(wrong)
    assert changed(before) == []


@pytest.mark.parametrize("persona", list(P))
def test_acting(world: World, persona: P) -> None:
    """Who may act does it, once it can be done; the others change nothing at all."""
    sent = payloads(world, URLS)
    visit = Visit(world, persona)
    wrong = []
    for url in URLS:
        door = DOORS[url.name]
        for number, address in enumerate(door.addresses(url, world)):
            allowed = to_be_told(door, persona, acting=True, possible=number == 0)
            own = form_seen(world, address, persona) if door.is_own else None
            done = visit.posts(address, filled(own) if own else sent.get(address, {}))
            if door.by_itself and persona in door.see:
                continue
            if done.answer not in allowed:
                wrong.append(f"{url.name}: {done.answer}, not {_words(allowed)} ({address})")
            does = door.does(persona) and number == 0
            if does and not done.effects:
                wrong.append(f"{url.name}: nothing was done ({address})")
            if done.effects and not does:
                wrong.append(f"{url.name}: changed {done.effects} ({address})")
    assert not wrong, "\n".join(wrong)


def _words(answers: AbstractSet[Answer]) -> str:
    return " or ".join(sorted(answers)) if len(answers) < 5 else "anything else"


def _only_reads(how: ModelAdmin[Model]) -> bool:
    methods = ("has_add_permission", "has_change_permission", "has_delete_permission")
    return all(getattr(type(how), name) is getattr(ReadOnlyAdmin, name) for name in methods)

"""Posting to a door, seeing what it did, and undoing it."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from tests.security.answers import Answer, answer_of
from tests.security.declared import DOORS
from tests.security.effects import changed, state_of_everything, writes, written_since
from tests.security.forms_of import PageForm, forms_of
from tests.security.personas import Persona
from tests.security.resolver import Url
from tests.security.world import World

Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer
    effects: list[str]
    status: int
    found: Any = None  # what a probe saw before it was undone


class Visit:
    """Somebody who tries things that have not happened afterwards."""

    def __init__(self, world: World, persona: Persona, *, with_token: bool = True) -> None:
        self.browser = world.cast.enters(persona)
        user = world.cast.users.get(persona)
        self.name = user.name if user else ""
        self.browser.raise_request_exception = False
        if not with_token:
            self.browser.handler.enforce_csrf_checks = True
        self.before = state_of_everything()

    def posts(
        self, address: str, payload: Payload, *, probe: Callable[[list[str]], Any] = lambda _: None
    ) -> Done:
        """Post; *probe* looks at the tables that were written to, before it is undone."""
        cookies, hooks = copy.deepcopy(self.browser.cookies), list(connection.run_on_commit)
        savepoint = transaction.savepoint()
        try:
            # An approval carries in whose name it is given: everybody's own.
            own = {"seen_name": self.name} if "seen_name" in payload else {}
            written = writes()
            response = self.browser.post(address, {**payload, **own})
            touched = written_since(written)
            effects = changed(self.before, among=touched)
            return Done(answer_of(response), effects, response.status_code, probe(touched))
        finally:
            transaction.savepoint_rollback(savepoint)
            connection.run_on_commit = hooks
            self.browser.cookies = cookies


def payloads(world: World, urls: Iterable[Url]) -> dict[str, Payload]:
    """Return, by address, what the rightful person would send there."""
    return {address: filled(form) for address, form in forms(world, urls).items()}


def forms(world: World, urls: Iterable[Url]) -> dict[str, PageForm]:
    """Return, by address, the form that leads there, with what a person writes into it."""
    if not world.forms:
        world.forms = _read_forms(world, urls)
    return world.forms


def _read_forms(world: World, urls: Iterable[Url]) -> dict[str, PageForm]:
    read = _Reading(world)
    found: dict[str, PageForm] = {}
    for url in urls:
        door = DOORS[url.name]
        if not door.do or door.by_itself:
            continue
        addresses = door.addresses(url, world)
        rightful = min(door.do, key=list(Persona).index)
        form = read.form(addresses[0], rightful, on=door.on)
        for address in addresses:
            mine = read.form(address, rightful, on=door.on) if door.see else None
            form_here = copy.deepcopy(mine or form or PageForm(address, "post"))
            form_here.values |= dict(door.values)
            form_here.values |= {name: world[thing] for name, thing in door.body.items()}
            found[address] = form_here
    return found


def form_seen(world: World, address: str, persona: Persona) -> PageForm | None:
    """The form at *address* as *persona* sees it; None where it stands on another page."""
    return _Reading(world).form(address, persona, on="")


def filled(form: PageForm) -> Payload:
    return {**form.values, **{name: _upload(takes) for name, takes in form.files.items()}}


def _upload(takes: str) -> SimpleUploadedFile:
    if not takes.startswith("image/"):
        return SimpleUploadedFile("it.pdf", b"%PDF-1.7 Done. %%EOF", "application/pdf")
    drawn = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(drawn, "PNG")
    return SimpleUploadedFile("it.png", drawn.getvalue(), "image/png")


class _Reading:
    """Pages that are read once a person."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers: dict[Persona, Client] = {}
        self.pages: dict[tuple[Persona, str], list[PageForm]] = {}

    def form(self, address: str, persona: Persona, *, on: str) -> PageForm | None:
        page = self.world.address_of(on) if on else address
        posted = [form for form in self._forms(page, persona) if form.method == "post"]
        return next((form for form in posted if form.action.partition("?")[0] == address), None)

    def _forms(self, page: str, persona: Persona) -> list[PageForm]:
        if (persona, page) not in self.pages:
            browser = self.browsers.setdefault(persona, self.world.cast.enters(persona))
            response = browser.get(page)
            html = response.content.decode() if response.status_code == 200 else ""
            self.pages[persona, page] = forms_of(html, page)
        return self.pages[persona, page]

"""What a hostile request tries on every address: no token, foreign things, odd characters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver

from tests.kernel.test_forms import HOSTILE
from tests.security.acting import Visit, filled, form_seen, forms
from tests.security.answers import Answer, answer_of
from tests.security.declared import DOORS
from tests.security.effects import changed, state_of_everything, traces_of
from tests.security.personas import P
from tests.security.resolver import Url, every_url
from tests.security.world import World

URLS = every_url(get_resolver())
HOOKS = {"hook"}  # it proves itself by its signature
PEOPLE = [P.CLIENT_OWNER, P.FREELANCER, P.NEWCOMER]
OURS = {"people", "platform", "ledger", "payments", "sandbox", "invoices", "disputes", "records"}
# Every type of column gets a value that nobody else writes.
MARKS = ["injected", "424242", "1999-09-09"]
DECISIVE = ["state", "role", "kind", "is_staff", "is_superuser", "is_active", "is_ready"]
ODD = [
    "\x00", "%", "\U0001f600", "\u202e", "'\"--", "9" * 40, "-1", "1e9", "NaN", " ", "\uffff",
    "a" * 3_000, "../../etc/passwd", "\ud800",
]  # fmt: skip
PARAMETERS = [
    "page", "q", "tab", "to", "before", "amount", "method", "currency", "code", "next", "paid",
    "state", "o", "p", "e", "year", "add", "preview", "theme", "organization",
]  # fmt: skip
AMOUNTS = {"m1-price", "amount", "spending_limit"}


def addresses(url: Url, world: World) -> list[str]:
    return DOORS[url.name].addresses(url, world)


def acting(persona: P, world: World) -> list[str]:
    """Every address at which *persona* can do something, once."""
    own = [url for url in URLS if persona in DOORS[url.name].do and not DOORS[url.name].by_itself]
    return [addresses(url, world)[0] for url in own]


def test_a_post_without_a_token_is_refused_everywhere(world: World) -> None:
    visit = Visit(world, P.CLIENT_OWNER, with_token=False)
    posts = [(url, address) for url in URLS for address in addresses(url, world)]
    let_in = {
        address: done
        for url, address in posts
        if url.name not in HOOKS and (done := visit.posts(address, {})).status != 403
    }
    assert let_in == {}


@pytest.mark.parametrize("persona", PEOPLE)
def test_things_of_others_cannot_be_named_in_a_form(world: World, persona: P) -> None:
    """Whatever names a thing of ours is made to name one of the strangers': nothing happens."""
    visit = Visit(world, persona)
    known = {ref for ref in world.refs.values() if not ref.isdigit()}  # a “1” names nothing
    theirs = [ref for thing, ref in world.refs.items() if thing.startswith("strangers")]
    wrong = []
    for address in acting(persona, world):
        sent = filled(forms(world, URLS)[address])
        naming = [name for name, value in sent.items() if value in known]
        for name in naming:
            for ref in theirs:
                done = visit.posts(address, {**sent, name: ref})
                if done.effects or done.answer == Answer.BROKEN:
                    wrong.append(f"{address} {name}={ref}: {done}")
    assert not wrong, "\n".join(wrong)


MEMO = ("memo", "activity")  # A timer may be told what it was for by whichever page stops it.
# Which shards of a hot account a deed opens is drawn with the reference in its key.
BORN_ANEW = {"ledger_account"}
TIME = "/demo/clock/"
WALK = {"begun", "reached", "page"}  # what the page between two pieces of a walk asks


@pytest.fixture(autouse=True)
def _many_fields(settings: Any) -> None:
    """There are more columns by now than a form may have fields: that alone would refuse them."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000


@pytest.mark.parametrize("persona", PEOPLE)
def test_what_a_form_does_not_ask_is_not_taken(world: World, persona: P) -> None:
    """The name of every column there is, sent beside what the form asks: none arrives anywhere."""
    visit, columns = Visit(world, persona), _columns(world)
    wrong = []
    for address in acting(persona, world):
        form = forms(world, URLS)[address]
        asked = {*form.values, *form.files, *(MEMO if address.startswith("/timers/") else ())}
        asked |= {"file"} if address.endswith("/evidence/") else set()
        asked |= WALK if address == TIME else set()
        extra = {name: value for name, value in columns.items() if name not in asked}
        plain = visit.posts(address, filled(form), probe=_traces)
        more = visit.posts(address, {**filled(form), **extra}, probe=_traces)
        differing = [  # what only one of them wrote to is among its effects
            table
            for table, (count, said) in plain.found.items()
            if table in more.found
            and (count, said) != more.found[table]
            and not (table in BORN_ANEW and count == more.found[table][0])
            and address != TIME  # everybody's work, in an order that is drawn with references
        ]
        if (plain.answer, plain.effects) != (more.answer, more.effects) or differing:
            wrong.append(f"{address}: {plain.answer} became {more.answer}, {differing} differ")
    assert not wrong, "\n".join(wrong)


def test_the_columns_that_are_tried_are_all_there_are(world: World) -> None:
    tried = _columns(world)
    assert {"state", "is_staff", "amount", "client_fee_bps", "organization_id"} <= set(tried)
    assert len(tried) > 150


@pytest.mark.parametrize("persona", [P.CLIENT_OWNER, P.FREELANCER, P.SUPERUSER])
def test_odd_characters_break_no_page(world: World, persona: P) -> None:
    browser, before, broken = world.cast.enters(persona), state_of_everything(), []
    browser.raise_request_exception = False
    desk = persona == P.SUPERUSER
    own = [url for url in URLS if DOORS[url.name].is_desk == desk and not DOORS[url.name].by_itself]
    for url in own:
        address = addresses(url, world)[0]
        for turn in range(4):
            response = browser.get(address, _odd_parameters(turn))
            if answer_of(response) == Answer.BROKEN and response.status_code != 202:
                broken.append(f"{address}, turn {turn}: {response.status_code}")
    assert not broken, "\n".join(broken)
    assert changed(before) == []


def test_odd_characters_in_a_path_find_nothing(world: World) -> None:
    browser, broken = world.cast.enters(P.CLIENT_OWNER), []
    browser.raise_request_exception = False
    for odd in ("%00", "%ff", "%F0%9F%98%80", "%E2%80%AE", "..%2f", "%25", "%0d%0aX:1", "9" * 300):
        for noun in ("contracts", "invoices", "milestones", "payments", "payouts", "files"):
            response = browser.get(f"/{noun}/{odd}/")
            if response.status_code not in (400, 404):
                broken.append(f"/{noun}/{odd}/: {response.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("persona", PEOPLE)
def test_no_odd_sum_is_taken_over_http(world: World, persona: P) -> None:
    visit, wrong = Visit(world, persona), []
    for address in acting(persona, world):
        form = forms(world, URLS)[address]
        seen = form_seen(world, address, persona) or form
        for name in AMOUNTS & set(seen.values) & set(form.values):
            for words in [each for each in HOSTILE if each.strip()][::4]:
                done = visit.posts(address, {**filled(form), name: words})
                if done.effects or done.answer != Answer.REFUSED:
                    wrong.append(f"{address} {name}={words!r}: {done}")
    assert not wrong, "\n".join(wrong)


def _odd_parameters(turn: int) -> dict[str, str]:
    """Each parameter with another odd value each turn."""
    odd = [ODD[(place * 3 + turn) % len(ODD)] for place in range(len(PARAMETERS))]
    return dict(zip(PARAMETERS, map(_encodable, odd), strict=True))


def _traces(touched: list[str]) -> dict[str, tuple[int, str]]:
    return traces_of(MARKS, columns=DECISIVE, among=touched)


def _columns(world: World) -> dict[str, str]:
    stranger = world.cast.organizations["other client"].pk
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model._meta.app_label in OURS else ():
            found[field.name] = found[field.attname] = _value_for(field, stranger)
    return found


def _value_for(field: models.Field[object, object], stranger: int) -> str:
    if field.choices and field.name in DECISIVE:
        return str(list(field.flatchoices)[-1][0])
    if isinstance(field, models.ForeignKey):
        return str(stranger)
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateField):
        return date(1999, 9, 9).isoformat()
    numbers = (models.IntegerField, models.DecimalField, models.FloatField)
    return "424242" if isinstance(field, numbers) else "injected"


def _encodable(odd: str) -> str:
    """A lone surrogate travels as the bytes that it would be."""
    return odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")

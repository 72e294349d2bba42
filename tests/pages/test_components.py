"""Each component shows what it was given, says it in words first, and needs no inline code."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.sessions.backends.base import SessionBase
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory
from djmoney.money import Money

from billing_site.kernel import charts
from billing_site.kernel.money import from_minor, show
from payments.queries.account_words import PostedEntry, PostedLine

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)
TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


def euros(cents: int) -> Money:
    return from_minor(cents, "EUR")


class Terms(forms.Form):
    title = forms.CharField(label="What is to be delivered", help_text="One line.")
    message = forms.CharField(label="Message", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind", choices=[("fixed", "Fixed price")], widget=forms.RadioSelect
    )
    seen = forms.BooleanField(label="I have reviewed the work")
    op_id = forms.CharField(widget=forms.HiddenInput, initial="0b5e")


class Part(forms.Form):
    noun = "Row"
    price = forms.CharField(label="Price")


def refused() -> Terms:
    form = Terms({"title": "", "message": "<script>alert(1)</script>"})
    assert not form.is_valid()
    return form


def line(words: str, cents: int, **more: Any) -> Thing:
    return Thing(words=words, amount=euros(cents), **{"bps": None, "note": "", **more})


def stop(words: str, *, done: bool) -> Thing:
    return Thing(words=words, amount=euros(90_000), at=NOON, note="held", url="", done=done)


def entry(**more: Any) -> Thing:
    facts = {
        "by_system": False,
        "did": "delivered",
        "text": "All of it.",
        "url": "",
        "amount": None,
        "files": [],
    }
    return Thing(who="Bob Baker", at=NOON, **{**facts, **more})


EARNINGS = charts.bars(
    "Earnings by month",
    ["Jan", "Feb"],
    [
        charts.Series("Paid", (Decimal(100), Decimal(250))),
        charts.Series("On its way", (Decimal(0), Decimal(50))),
    ],
    show=lambda value: show(Money(value, "EUR")),
)
FILE = Thing(name="logo.zip", url="/files/A1/", size=8_100_000, sha256="9f3c51d0aa")
STUDIO = Thing(pk=1, ref="ALICE", name="Alice Studio")
NOUN = Thing(label="Invoices", url="/invoices/", icon="house", count=5, due=True, current=True)
BOB = Thing(name="Bob Baker", email="bob@example.org", is_authenticated=True)

HELD = PostedEntry(
    7,
    "escrow/E1/funded/C1",
    "Escrow funded",
    NOON,
    [
        PostedLine("Charged, on its way to us", "provider:clearing", euros(100_000), None),
        PostedLine("Held for “Logo”", "escrow:E1", None, euros(100_000)),
    ],
)


# What each component is given, and what must be read on it.
SAMPLES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "account_tabs": ({"here": "mfa_index"}, ["Password", 'aria-current="page"']),
    "ask": ({"ref": "K7Q2"}, ["/support/?about=K7Q2", "Ask us about it"]),
    "badge": ({"words": "Held for you", "tone": "held"}, ["Held for you", 'data-tone="held"']),
    "brand": ({"url": "/"}, ["Countersign", 'href="/"']),
    "button": ({"words": "Fund", "url": "/x/", "kind": "primary"}, ["Fund", 'href="/x/"']),
    "card": ({"title": "Approve", "content": "inside", "note": "3"}, ["Approve", "inside", "3"]),
    "chart": ({"chart": EARNINGS}, ["Earnings by month", "Jan", "€250.00", "<table", "<rect"]),
    "cost": (
        {
            "lines": [line("The work", 100_000), line("Client fee", 5_000, bps=500)],
            "total": line("To pay now", 105_000),
            "others": [line("Bob gets", 90_000)],
        },
        ["€1,000.00", "5\u202f%", "€1,050.00", "Bob gets", "€900.00"],
    ),
    "deadline": (
        {"at": NOON + timedelta(days=8), "then": "It counts as approved.", "now": NOON},
        ["8 days", "to answer", "It counts as approved.", "Wed 1 Apr 2026, 12:00 UTC"],
    ),
    "deed": (
        {"url": "/x/", "words": "Withdraw the offer"},
        ['method="post"', "Withdraw the offer"],
    ),
    "dispute": (
        {"words": "Open a dispute", "query": "invoice=K7Q2"},
        ["/disputes/new/?invoice=K7Q2", "Open a dispute"],
    ),
    "empty": (
        {"title": "Invoices will be here", "url": "/x/", "link": "Offer a contract"},
        ["Invoices will be here", "Offer a contract"],
    ),
    "error_summary": (
        {"form": refused()},
        ["no money moved", "#id_title", "This field is required.", "Tick the box: I have rev"],
    ),
    "field": ({"field": refused()["title"]}, ["One line.", "id_title_error", "<label"]),
    "fields": ({"form": Terms()}, ["What is to be delivered", "optional", 'value="0b5e"']),
    "file": ({"file": FILE}, ["logo.zip", "7.7", "9f3c51d0"]),
    "filters": ({"form": Terms(), "result": "12 invoices"}, ['method="get"', "12 invoices"]),
    "form": ({"form": Terms(), "verb": "Approve and release €1,000.00"}, ["€1,000.00", "csrf"]),
    "header": (
        {"person": BOB, "organization": STUDIO, "memberships": [], "unread": 2, "nav": [NOUN]},
        ["Alice Studio", "Notifications (2 new)", "Bob Baker", "Sign out"],
    ),
    "keys": ({}, ["No key approves"]),
    "leave_stage": ({}, ['id="logout-from-stage"']),
    "money_table": (
        {
            "caption": "Lines",
            "headings": ["What", "Amount"],
            "currency": "EUR",
            "rows": [Thing(words="Logo", url="/i/", note="", amounts=[euros(100_000)], badge="")],
            "totals": Thing(words="Total", note="", amounts=[euros(100_000)]),
        },
        ["Amount, EUR", "Logo", " 1,000.00", "Total"],
    ),
    "nav": ({"nav": [NOUN]}, ["Invoices", "waiting for you", 'aria-current="page"']),
    "pager": (
        {"page": Paginator(range(30), 10).page(2), "noun": "invoices"},
        ["11 to 20 of 30", "page=1", "page=3"],
    ),
    "person": ({"person": BOB, "nav": [], "theme": "dark"}, ["bob@example.org"]),
    "postings": (
        {"entry": HELD},
        [">Held for “Logo”<", 'title="escrow:E1"', "€1,000.00", "entry 7"],
    ),
    "progress": ({"words": "Writing rows", "percent": 41}, ["Writing rows", 'value="41"']),
    "promise": ({}, ["€1,050.00", "€900.00", "€899.01"]),
    "restricted": (
        {"first": {"ref": "K7Q2", "reason": "A bill is not paid."}},
        ["A bill is not paid.", "/restrictions/K7Q2/"],
    ),
    "sandbox": ({"now": NOON}, ["No real money moves", "Tue 24 Mar 2026, 12:00 UTC"]),
    "seeing": (
        {"seeing": {"person": "Ada", "until": NOON}},
        ["You see what Ada sees", "12:00", "Be yourself again"],
    ),
    "stages": (
        {"stages": [line("Available", 391_240, url="/x/", link="Withdraw")]},
        ["Available", "€3,912", ".40", "Withdraw"],
    ),
    "statement": ({}, ["COUNTRSIGN", "statement of your card"]),
    "steps": (
        {
            "steps": [
                Thing(words="Approve", url="/a/", kind="primary", post=True, why_not=""),
                Thing(words="Refund", url="/r/", post=False, why_not="Only an owner may."),
            ]
        },
        ['action="/a/"', "Only an owner may."],
    ),
    "switcher": (
        {
            "organization": STUDIO,
            "memberships": [Thing(organization=STUDIO), Thing(organization=Thing(pk=2, ref="B"))],
            "url": "/acting-for/",
        },
        ["Alice Studio", 'value="ALICE"', 'value="B"'],
    ),
    "tabs": (
        {"tabs": [Thing(label="For you", url="/?a", count=0, current=True)], "words": "Queue"},
        ["For you", "0", 'aria-current="page"'],
    ),
    "theme": ({"url": "/theme/", "theme": "dark"}, ["Light", "Dark", "Device"]),
    "timeline": (
        {"entries": [entry(amount=euros(5_000), files=[FILE]), entry(by_system=True)]},
        ["Bob Baker", "delivered", "€50.00", "24 Mar 2026, 12:00", "logo.zip"],
    ),
    "toast": ({"text": "Approved.", "tone": "bad"}, ["Approved.", 'role="alert"']),
    "toasts": ({"messages": [Message(constants.SUCCESS, "Saved.")]}, ["Saved.", 'role="status"']),
    "trail": (
        {"stops": [stop("Held", done=True), stop("To Bob", done=False)]},
        ["Held", "To Bob", "€900.00", "(not yet)"],
    ),
}


def render(source: str, **context: Any) -> str:
    asked = RequestFactory().get("/invoices/?state=paid")
    asked.user = AnonymousUser()
    asked.session = SessionBase()
    return engines["django"].from_string(source).render(context, asked)


def rendered(name: str) -> str:
    context, _ = SAMPLES[name]
    given = " ".join(f"{key}={key}" for key in context)
    how = f"with {given} only" if given else "only"
    return render(f'{{% include "components/{name}.html" {how} %}}', **context)


@pytest.fixture(autouse=True)
def _without_questions_to_the_database(settings: Any) -> None:
    [engine] = settings.TEMPLATES
    kept = [each for each in engine["OPTIONS"]["context_processors"] if "skeleton" not in each]
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": kept}}]


def test_every_component_has_a_sample() -> None:
    assert set(SAMPLES) == {path.stem for path in COMPONENTS}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_component_says_what_it_was_given(name: str) -> None:
    html = re.sub(r"[ \n]+", " ", rendered(name))
    for expected in SAMPLES[name][1]:
        assert expected in html, expected


@pytest.mark.parametrize("name", SAMPLES)
def test_a_component_brings_no_inline_code_and_no_bare_markup(name: str) -> None:
    html = rendered(name)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", html)
    assert "{%" not in html
    assert "{#" not in html


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_the_first_line_of_a_component_says_what_it_takes(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert re.fullmatch(r"\{# .+ #\}", first)


def test_no_template_has_code_that_the_content_policy_would_refuse() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\shx-on|\son(click|submit|change|load)=|<script(?![^>]*(\ssrc=|json))"
    )
    pages = [
        path
        for path in TEMPLATES.rglob("*.html")
        if "mail" not in path.parts and "paper" not in path.stem  # letters and PDFs
    ]
    guilty = [str(path) for path in pages if inline.search(path.read_text())]
    assert guilty == []
    assert len(pages) > len(COMPONENTS)


def test_every_icon_that_a_template_names_exists() -> None:
    name = re.compile(r'(?:% icon|icon=) ?"([a-z0-9-]+)"')
    named = {icon for path in TEMPLATES.rglob("*.html") for icon in name.findall(path.read_text())}
    drawn = {
        icon: render("{% load icons %}{% icon name %}", name=icon).startswith("<svg")
        for icon in named
    }
    assert [icon for icon, is_drawn in drawn.items() if not is_drawn] == []
    assert "bell" in named


def test_an_unknown_icon_draws_nothing_and_breaks_nothing() -> None:
    assert render('a{% load icons %}{% icon "no-such-icon" %}b') == "ab"


def test_every_template_compiles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))


def test_what_people_write_is_shown_and_not_run() -> None:
    assert "<script>" not in rendered("field")
    html = render('{% include "components/fields.html" with form=form only %}', form=refused())
    assert "&lt;script&gt;alert(1)" in html


def test_a_form_that_is_included_with_only_still_carries_its_token() -> None:
    html = rendered("form")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert len(token) == 64


def test_a_form_without_errors_has_no_summary_of_them() -> None:
    summary = '{% include "components/error_summary.html" with form=form only %}'
    assert "error-summary" in render(summary, form=refused())
    assert "error-summary" not in render(summary, form=Terms())


def test_a_summary_names_what_is_wrong_in_repeated_parts() -> None:
    fine, bad = Part({"b-price": "1"}, prefix="b"), Part({}, prefix="c")
    summary = '{% include "components/error_summary.html" with form=form parts=parts only %}'
    html = render(summary, form=Terms(), parts=[fine, bad])
    assert "Row 2: Price: This field is required." in html
    assert 'href="#id_c-price"' in html
    assert "Row 1" not in html


def test_the_errors_of_a_field_are_tied_to_it() -> None:
    html = rendered("field")
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_deadline_that_has_passed_says_so() -> None:
    html = render(
        '{% include "components/deadline.html" with at=at then=then now=now only %}',
        at=NOON - timedelta(minutes=1),
        then="It was approved on",
        now=NOON,
    )
    assert "The time is over" in html
    assert "to answer" not in html


def test_one_page_needs_no_pager() -> None:
    pager = '{% include "components/pager.html" with page=page only %}'
    assert "<nav" not in render(pager, page=Paginator(range(3), 10).page(1))


def test_a_pager_keeps_the_filters_of_the_address() -> None:
    assert "state=paid" in rendered("pager")


def test_a_card_holds_what_stands_inside_it() -> None:
    html = render(
        '{% load components %}{% card title="Next" %}<b>{{ x }}</b>{% endcard %}', x="<i>"
    )
    assert "<h2>Next</h2>" in html
    assert "<b>&lt;i&gt;</b>" in html

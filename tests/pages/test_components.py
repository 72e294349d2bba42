"""Each component shows what it was given, says it in words first, and needs no inline code."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from djmoney.money import Money

from billing_site.kernel import charts
from billing_site.kernel.money import show
from payments.queries.account_words import PostedEntry, PostedLine
from tests.pages.sampled import NOON, Terms, entry, euros, line, refused, render, stop

TEMPLATES = Path(settings.BASE_DIR) / "templates"
pytestmark = pytest.mark.usefixtures("no_questions")
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


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
    "saved": (
        {
            "saved": [Thing(ref="K7Q2", name="Late", query="due=today")],
            "asked": "due=week",
            "list_url": "/invoices/",
            "keep_url": "/invoices/filters/",
            "removal": "invoice-filter-removal",
        },
        ['href="/invoices/?due=today"', "Forget “Late”", "K7Q2", 'value="due=week"', "csrf"],
    ),
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


def rendered(name: str) -> str:
    context, _ = SAMPLES[name]
    given = " ".join(f"{key}={key}" for key in context)
    how = f"with {given} only" if given else "only"
    return render(f'{{% include "components/{name}.html" {how} %}}', **context)


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

"""What the samples of components are made of, and how one is drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.template import engines
from django.test import RequestFactory
from djmoney.money import Money

from billing_site.kernel.money import from_minor

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)


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


def render(source: str, **context: Any) -> str:
    asked = RequestFactory().get("/invoices/?state=paid")
    asked.user = AnonymousUser()
    asked.session = SessionBase()
    return engines["django"].from_string(source).render(context, asked)

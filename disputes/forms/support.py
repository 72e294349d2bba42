from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm, TextField
from disputes.queries.ticket_list import KINDS


class QuestionForm(ConsentForm):
    subject = TextField(max_length=150, label="In a few words")
    text = TextField(
        lines=6,
        max_length=5_000,
        label="Your question",
        help_text="Never write passwords or card numbers here. Nobody of us asks for them.",
    )
    about = TextField(
        max_length=60,
        required=False,
        label="About which invoice, payout or case",
        help_text="Its number, or the reference at the end of its address.",
    )


class TicketFilterForm(forms.Form):
    """What the address asks for. What makes no sense narrows nothing."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    q = TextField(required=False, max_length=100, label="Words, or a reference")
    kind = forms.ChoiceField(
        required=False,
        label="About",
        choices=[("", "anything"), *((name, words) for name, (words, _) in KINDS.items())],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")

    def asked(self, name: str) -> str:
        self.is_valid()
        found: str = self.cleaned_data.get(name, "")
        return found


class ReplyForm(ConsentForm):
    text = TextField(lines=4, max_length=5_000, label="Write more")


class AnswerForm(ConsentForm):
    """Staff's."""

    text = TextField(
        lines=8, max_length=5_000, label="Your answer", help_text="They read it as you write it."
    )
    asks_back = forms.BooleanField(
        required=False, label="This asks something back: it waits for them then"
    )

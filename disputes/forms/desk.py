"""What a mediator writes and decides. Reasons are read by both sides."""

from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm, TextField
from billing_site.people.models import User
from disputes.models import Dispute, Message, Side

LEAST_REASON = 20


class HandOverForm(ConsentForm):
    def __init__(self, data: Any = None, *, mediators: list[User]) -> None:
        super().__init__(data)
        self.fields["to"] = forms.ChoiceField(
            choices=[(str(each.pk), str(each)) for each in mediators], label="To whom"
        )
        self.fields["reason"] = TextField(
            lines=3, max_length=1_000, min_length=LEAST_REASON, label="Why", help_text="Staff only."
        )


class QuestionForm(ConsentForm):
    def __init__(self, data: Any = None, *, dispute: Dispute, text: str = "") -> None:
        super().__init__(data, initial={"text": text})
        self.fields["side"] = forms.ChoiceField(
            choices=[(side.value, str(dispute.organization_of(side))) for side in Side],
            widget=forms.RadioSelect,
            label="Whom you ask",
        )
        self.fields["text"] = TextField(
            lines=5,
            max_length=4_000,
            label="Your question",
            help_text="Both sides read it. The clock stands until it is answered, three business "
            "days at most.",
        )


class DeskMessageForm(ConsentForm):
    def __init__(self, data: Any = None, *, dispute: Dispute) -> None:
        super().__init__(data)
        self.fields["audience"] = forms.ChoiceField(
            choices=[
                (Message.Audience.STAFF.value, "Our staff only: an internal note"),
                (Message.Audience.BOTH.value, "Both sides"),
                *((side.value, str(dispute.organization_of(side))) for side in Side),
            ],
            label="Who reads it",
        )
        self.fields["text"] = TextField(lines=5, max_length=8_000, label="Write")


class SettlementForm(ConsentForm):
    """Consent to one plan: its hash travels with the form, and what changed is refused."""

    reasons = TextField(
        lines=8,
        max_length=4_000,
        min_length=LEAST_REASON,
        label="Your reasons",
        help_text="Both sides read them as you write them.",
    )


class ReasonForm(ConsentForm):
    reason = TextField(lines=4, max_length=2_000, min_length=LEAST_REASON, label="Why")

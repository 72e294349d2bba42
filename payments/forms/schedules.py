from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, ConsentForm
from payments.cadence import Rhythm
from payments.models import PayoutMethod


class ScheduleForm(ConsentForm):
    """Consent to withdraw by itself, for a fee each time that travels with the form."""

    def __init__(
        self,
        data: Any,
        *,
        currency: str,
        rhythms: list[tuple[str, str]],
        methods: Iterable[PayoutMethod],
        initial: dict[str, Any],
        seen: dict[str, str],
    ) -> None:
        super().__init__(data, seen=seen, initial=initial)
        self.fields["rhythm"] = forms.ChoiceField(
            label="How often",
            widget=forms.RadioSelect,
            choices=rhythms,
            error_messages={"required": "Choose one.", "invalid_choice": "Choose from these."},
        )
        self.fields["method"] = forms.ChoiceField(
            label="To",
            choices=[(method.ref, str(method)) for method in methods],
            error_messages={
                "required": "Choose a bank account.",
                "invalid_choice": "Choose from these.",
            },
        )
        self.fields["minimum"] = AmountField(
            currency=currency,
            may_be_nothing=True,
            label=f"Only when at least so much is available, in {currency}",
            help_text="Less than that waits for the next day. After half a year it is paid anyway.",
            error_messages={"required": "Write a sum; 0 for any."},
        )

    def clean_rhythm(self) -> Rhythm:
        return Rhythm(self.cleaned_data["rhythm"])

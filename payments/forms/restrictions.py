from __future__ import annotations

from django import forms

from billing_site.kernel.forms import TextField
from billing_site.platform.decisions import ReasonForm
from payments.models import Restriction


class AppealForm(forms.Form):
    """Why it is wrong, in their own words."""

    words = TextField(
        label="Why is it wrong?",
        lines=5,
        min_length=10,
        max_length=2000,
        help_text="Once. Somebody else of ours answers within five business days.",
        error_messages={"required": "Say why.", "min_length": "Say why in a sentence."},
    )


class RestrictForm(ReasonForm):
    """Whom it restricts reads all of it."""

    scopes = forms.MultipleChoiceField(
        label="They cannot",
        choices=Restriction.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose from these."},
    )
    review_on = forms.DateField(
        label="Ends by itself after",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Name a day.", "invalid": "Write it as 2026-03-31."},
    )

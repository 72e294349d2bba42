from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class PeriodForm(forms.Form):
    """From which day to which, both included."""

    longest, too_long = 366, "Choose a year at most. An export has more."

    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="to", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, since: date, until: date) -> None:
        """Without words in the address it is the month so far, from *since* to *until*."""
        asked = {"since": data.get("since") or since, "until": data.get("until") or until}
        super().__init__(asked, auto_id="period-%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            raise ValidationError("The last day is before the first one.")
        if since and until and (until - since).days >= self.longest:
            raise ValidationError(self.too_long)
        return cleaned

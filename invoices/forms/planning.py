from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from billing_site.kernel.forms import TextField

MOST_BYTES = 200_000


class AllocationForm(forms.Form):
    """The hours of one person on one contract, a field for each week."""

    def __init__(self, data: Any, *, mondays: Sequence[date], planned: dict[date, int]) -> None:
        super().__init__(data)
        self.mondays = list(mondays)
        for n, monday in enumerate(self.mondays):
            self.fields[f"week_{n}"] = forms.DecimalField(
                required=False,
                min_value=0,
                max_value=168,
                decimal_places=2,
                label=f"Hours in the week from {monday.day} {monday:%B %Y}",
                initial=_hours(planned.get(monday, 0)),
            )

    @property
    def minutes(self) -> dict[date, int]:
        found = ((self.cleaned_data[f"week_{n}"], it) for n, it in enumerate(self.mondays))
        return {monday: int((hours or 0) * 60) for hours, monday in found}


class PlanImportForm(forms.Form):
    """A table, as text or as a file. What was looked at is imported, and nothing else."""

    table = TextField(
        lines=8,
        max_length=MOST_BYTES,
        required=False,
        label="The table",
        help_text="Its first line: contract,person,week,hours. Then: Support,Bob Lee,2026-W10,12",
    )
    file = forms.FileField(required=False, label="Or a CSV file", help_text="Up to 200 kB.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file:
            if file.size > MOST_BYTES:
                raise forms.ValidationError("The file has more than 200 kB.")
            try:
                cleaned["table"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError("The file is no text in UTF-8.") from None
        if not cleaned.get("table"):
            raise forms.ValidationError("Paste a table, or choose a file.")
        return cleaned

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.cleaned_data["table"].encode()).hexdigest()

    @property
    def was_seen(self) -> bool:
        return self.cleaned_data["seen"] == self.digest


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".") if minutes else ""

"""Paying back what is owed, out of what is available."""

from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm
from billing_site.kernel.money import Money
from payments.queries.paying_debts import DebtPage


class PayDebtForm(ConsentForm):
    """Consent to one way of paying, with the sums and the rate that were seen."""

    def __init__(self, data: Any = None, *, page: DebtPage) -> None:
        first = page.ways[0].source if page.ways else ""
        super().__init__(data, seen=page.seen, initial={"source": first})
        self._page = page
        self.fields["source"] = forms.ChoiceField(
            label="Pay with",
            widget=forms.RadioSelect,
            choices=[(way.source, way.words) for way in page.ways],
            error_messages={"required": "Choose one.", "invalid_choice": "Choose one."},
        )
        self.order_fields(["source"])

    @property
    def given(self) -> Money:
        """What the chosen way takes, as it was seen."""
        chosen = self.cleaned_data["source"]
        return next(way.given for way in self._page.ways if way.source == chosen)

"""In which currency a client is charged by itself."""

from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm
from payments.queries.charged_in import ChargedIn

OWN, CONTRACTS = "own", "contracts"


class ChargeCurrencyForm(ConsentForm):
    """Consent to every charge to come, at the rate of its moment and a margin that was seen."""

    def __init__(self, data: Any, *, page: ChargedIn) -> None:
        initial = {"currency": OWN if page.is_own else CONTRACTS}
        super().__init__(data, seen=page.seen, initial=initial)
        own = page.client.currency
        self.fields["currency"] = forms.ChoiceField(
            label="Charge us in",
            widget=forms.RadioSelect,
            choices=[
                (OWN, f"{own}, our own currency: the day’s rate, and a margin of {page.margin}"),
                (CONTRACTS, f"The contract’s currency: our bank converts it to {own}, or not"),
            ],
            error_messages={"required": "Choose one.", "invalid_choice": "Choose one."},
        )

    @property
    def is_own(self) -> bool:
        return bool(self.cleaned_data["currency"] == OWN)

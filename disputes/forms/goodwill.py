from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm, TextField, movable
from billing_site.kernel.money import EXPONENTS, Money
from billing_site.people.models import Organization

LEAST_REASON = 20


class GoodwillForm(ConsentForm):
    """Credit at the platform's cost, in the client's own currency."""

    def __init__(self, data: Any = None, *, clients: list[Organization]) -> None:
        super().__init__(data)
        self.currencies = {each.ref: each.currency for each in clients}
        self.fields["client"] = forms.ChoiceField(
            choices=[(each.ref, f"{each} ({each.currency})") for each in clients], label="To whom"
        )
        self.fields["sum"] = forms.CharField(
            label="How much",
            max_length=12,
            help_text="In the client's currency. Above about €50 a second person confirms it.",
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.fields["reason"] = TextField(
            lines=4,
            max_length=1_000,
            min_length=LEAST_REASON,
            label="Why",
            help_text="The client reads it as you write it.",
        )

    def clean_sum(self) -> Decimal:
        currency = self.currencies.get(self.cleaned_data.get("client", ""), "EUR")
        places = EXPONENTS[currency]
        fraction = rf"(?:[.,][0-9]{{1,{places}}})?" if places else ""
        said: str = self.cleaned_data["sum"]
        if not re.fullmatch(rf"[0-9]{{1,6}}{fraction}", said, re.ASCII):
            raise forms.ValidationError("Write the sum in digits, such as 25.00.")
        amount: Decimal = movable(Money(Decimal(said.replace(",", ".")), currency)).amount
        return amount

    @property
    def amount(self) -> Money:
        return Money(self.cleaned_data["sum"], self.currencies[self.cleaned_data["client"]])

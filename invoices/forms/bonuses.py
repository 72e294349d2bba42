from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, ConsentForm, TextField
from billing_site.kernel.money import Money
from invoices.services.bonuses import LONGEST_WORDS


class BonusQuoteForm(forms.Form):
    """How much. It asks what that would cost, and changes nothing."""

    def __init__(self, data: Any, *, currency: str, initial: Money | None) -> None:
        super().__init__(data, initial={"amount": initial})
        self.fields["amount"] = AmountField(
            currency=currency,
            label=f"How much, in {currency}",
            help_text="Without the freelancer's VAT and our fees.",
        )


class BonusForm(ConsentForm):
    """Consent to a sum and its whole cost. They travel with the form, as they were seen."""

    def __init__(self, data: Any, *, currency: str, amount: Money | None, **options: Any) -> None:
        super().__init__(data, initial={"amount": amount}, **options)
        self.fields["amount"] = AmountField(currency=currency)
        self.fields["amount"].widget = forms.HiddenInput()
        self.fields["words"] = TextField(
            lines=3,
            max_length=LONGEST_WORDS,
            label="What it is for",
            help_text="It stands on the invoice.",
        )

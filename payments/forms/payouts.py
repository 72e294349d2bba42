from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, ConsentForm
from payments.models import PayoutMethod


def _method_field(methods: Iterable[PayoutMethod], **options: Any) -> forms.ChoiceField:
    """Banks by their public references; a bank of somebody else is not among the choices."""
    return forms.ChoiceField(
        label="To",
        choices=[(method.ref, str(method)) for method in methods],
        error_messages={
            "required": "Choose a bank account.",
            "invalid_choice": "Choose from these.",
        },
        **options,
    )


class QuoteForm(forms.Form):
    """How much, and to where. It asks what that would cost, and changes nothing."""

    def __init__(
        self, data: Any, *, currency: str, methods: Iterable[PayoutMethod], initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["amount"] = AmountField(
            currency=currency,
            label=f"How much, in {currency}",
            help_text="The fee is taken from this sum.",
        )
        self.fields["method"] = _method_field(methods)


class WithdrawalForm(ConsentForm):
    """Consent to a sum, a bank, a fee and a date. They travel with the form, as they were seen."""

    def __init__(
        self,
        data: Any,
        *,
        currency: str,
        methods: Iterable[PayoutMethod],
        initial: dict[str, Any] | None = None,
        seen: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, seen=seen, initial=initial)
        hidden = forms.HiddenInput()
        self.fields["amount"] = AmountField(currency=currency)
        self.fields["amount"].widget = hidden
        self.fields["method"] = _method_field(methods, widget=forms.HiddenInput())

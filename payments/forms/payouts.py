from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, ConsentForm
from billing_site.kernel.money import Money, show
from payments.models import Payout, PayoutMethod


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


class CostForm(forms.Form):
    """How much, of what and to where. It asks what that would cost, and changes nothing."""

    def __init__(
        self,
        data: Any,
        *,
        currency: str,
        methods: Iterable[PayoutMethod],
        balances: Sequence[Money] = (),
        initial: Any,
    ) -> None:
        super().__init__(data, initial=initial)
        if balances:
            self.fields["currency"] = forms.ChoiceField(
                label="From",
                choices=[(str(each.currency), f"{show(each)} available") for each in balances],
                error_messages={"invalid_choice": "Choose from these."},
            )
        self.fields["amount"] = AmountField(
            currency=currency,
            label=f"How much, in {currency}",
            help_text="The fee is taken from this sum.",
        )
        self.fields["method"] = _method_field(methods)


class WithdrawalForm(ConsentForm):
    """Consent to a sum, a bank, a speed, a fee and a date. They travel with it, as seen."""

    def __init__(
        self,
        data: Any,
        *,
        currency: str,
        methods: Iterable[PayoutMethod],
        speeds: Sequence[tuple[str, str]] = (),
        initial: dict[str, Any] | None = None,
        seen: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, seen=seen, initial=initial)
        self.fields["speed"] = forms.ChoiceField(
            label="When is it to arrive?",
            widget=forms.RadioSelect if speeds else forms.HiddenInput,
            choices=speeds or [(Payout.Speed.STANDARD.value, "In some days")],
            initial=Payout.Speed.STANDARD,
            error_messages={"required": "Choose one.", "invalid_choice": "Choose from these."},
        )
        hidden = forms.HiddenInput()
        self.fields["amount"] = AmountField(currency=currency)
        self.fields["amount"].widget = hidden
        self.fields["method"] = _method_field(methods, widget=forms.HiddenInput())

    def clean_speed(self) -> Payout.Speed:
        return Payout.Speed(self.cleaned_data["speed"])


class LockForm(forms.Form):
    """Asks for a quote, for the sum and the bank that the page has just shown."""

    currency = forms.CharField(widget=forms.HiddenInput())
    amount = forms.CharField(widget=forms.HiddenInput())
    method = forms.CharField(widget=forms.HiddenInput())


class ConversionForm(ConsentForm):
    """Consent to a quote and what a withdrawal costs. All of it travels as it was seen."""

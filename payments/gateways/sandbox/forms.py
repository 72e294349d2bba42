from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, TextField
from billing_site.kernel.money import EXPONENTS, Money
from payments.gateways.sandbox.models import SandboxBank
from payments.gateways.sandbox.onboarding import Details
from payments.gateways.sandbox.outcomes import ALL, CARD, DEBIT, TRANSFER, WALLET
from payments.gateways.sandbox.saved import ALL_SAVED


def _ways(*groups: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (group, [(it.code, f"{it.label}. {it.explains}") for it in ALL if it.group == group])
        for group in groups
    ]


class CheckoutForm(forms.Form):
    """How to pay, and what comes of it: by name, never by number."""

    def __init__(self, *args: Any, in_time: bool = False, **options: Any) -> None:
        """*in_time*: without what a payer could send whenever they like."""
        super().__init__(*args, **options)
        if in_time:
            outcome: Any = self.fields["outcome"]
            outcome.choices = _ways(CARD, DEBIT, WALLET)

    outcome = forms.ChoiceField(
        label="How do you pay?",
        widget=forms.RadioSelect,
        choices=_ways(CARD, DEBIT, TRANSFER, WALLET),
        initial="4242",
        error_messages={"required": "Choose a way to pay.", "invalid_choice": "Choose from these."},
    )


class SavingForm(forms.Form):
    """What to save, and what becomes of the charges to it: by name, never by number."""

    outcome = forms.ChoiceField(
        label="What do you want to save?",
        widget=forms.RadioSelect,
        choices=[
            (group, [(it.code, f"{it}. {it.explains}") for it in ALL_SAVED if it.group == group])
            for group in (CARD, DEBIT)
        ],
        initial="4242",
        error_messages={"required": "Choose a way to pay.", "invalid_choice": "Choose from these."},
    )


class TransferForm(forms.Form):
    """Any sum with any reference, right or wrong."""

    currency = forms.ChoiceField(
        label="Currency",
        choices=[(code, code) for code in EXPONENTS],
        initial="EUR",
        error_messages={"invalid_choice": "Choose from these."},
    )
    amount = forms.CharField(label="How much", error_messages={"required": "Say how much."})
    reference = TextField(label="Reference", max_length=140, required=False)

    def clean_amount(self) -> Money:
        currency = self.cleaned_data.get("currency", "EUR")
        found: Money = AmountField(currency=currency).clean(self.cleaned_data["amount"])
        return found


class OnboardingForm(forms.Form):
    """A bank by its behavior. The digits are invented, and say which account it is."""

    bank_name = TextField(label="Name of the bank", max_length=60, initial="Example Bank")
    holder = TextField(
        label="Whose account it is",
        help_text="Another name than yours is looked at first. Empty: the bank does not tell.",
        required=False,
    )
    is_card = forms.BooleanField(
        label="It is a debit card",
        help_text="A card can be paid at once, a bank account within days.",
        required=False,
    )
    last4 = forms.RegexField(
        r"^[0-9]{4}$",
        label="Four digits to know the account by",
        initial="4471",
        help_text="Any four. Never a real account number.",
        error_messages={"invalid": "Write four digits, such as 4471."},
    )
    behavior = forms.ChoiceField(
        label="What becomes of payouts to it?",
        widget=forms.RadioSelect,
        choices=SandboxBank.Behavior.choices,
        initial=SandboxBank.Behavior.PAYS,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose from these."},
    )

    details = forms.ChoiceField(
        label="What does the provider say of your details?",
        widget=forms.RadioSelect,
        choices=Details.choices,
        initial=Details.COMPLETE,
        required=False,
        error_messages={"invalid_choice": "Choose from these."},
    )


class TroubleForm(forms.Form):
    """What is to go wrong between a provider and us."""

    doubles = forms.BooleanField(
        label="Tell each event twice",
        help_text="Providers promise at least once, and no more than that.",
        required=False,
    )
    reorders = forms.BooleanField(
        label="Tell the newest event first",
        help_text="Nobody promises an order.",
        required=False,
    )
    delays = forms.BooleanField(
        label="Tell everything ten minutes late",
        help_text="Pages say that a payment is being confirmed until then.",
        required=False,
    )
    drops = forms.BooleanField(
        label="Tell nothing",
        help_text="As if our webhook were down. We ask for what we missed once an hour.",
        required=False,
    )
    goes_silent = forms.BooleanField(
        label="Do what is asked and break off before answering",
        help_text="We ask again under the same key, and it is done once.",
        required=False,
    )

    @property
    def switched_on(self) -> list[str]:
        """What goes wrong as the form was opened, in its own words."""
        return [str(field.label) for field in self if field.initial]

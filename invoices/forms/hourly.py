"""The form of a contract by the hour, and those that change its terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import AmountField, ConsentForm
from billing_site.kernel.money import Money
from billing_site.people.models import Organization
from invoices.forms.contracts import ContractForm
from invoices.services.hourly_drafting import HourlyTerms, problem_with_rate

WHEN = [
    ("now", "For time that begins from now on"),
    ("monday", "From next Monday, 00:00 UTC"),
]


class RateField(AmountField):
    """What an hour costs."""

    def __init__(self, *, currency: str) -> None:
        super().__init__(
            currency=currency,
            label=f"Rate an hour, {currency}",
            help_text="Without VAT and our fees.",
        )

    def clean(self, value: Any) -> Any:
        rate = super().clean(value)
        if isinstance(rate, Money) and (problem := problem_with_rate(rate)):
            raise forms.ValidationError(problem)
        return rate


class HoursField(forms.IntegerField):
    """Whole hours of a week."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=168, label="Hours a week at most", **options)


class HourlyContractForm(ContractForm):
    """An offer by the hour: its rate, and how much of a week is billed."""

    allows_manual_time = forms.BooleanField(
        required=False,
        label="Time may be written by hand",
        help_text="Besides the timer. It is billed like tracked time. You can change this later.",
    )

    def __init__(self, data: QueryDict | None, *, client: Organization) -> None:
        super().__init__(data, client=client)
        del self.fields["review_days"]  # the calendar says: Monday noon to Friday
        currency = data.get("currency") if data else None
        if currency not in dict(CURRENCIES):
            currency = client.currency
        self.fields["rate"] = RateField(currency=currency)
        self.fields["limit"] = HoursField(
            initial=20, help_text="What is over it is seen by both of you, and not billed."
        )

    def terms(self) -> HourlyTerms:
        facts = self.cleaned_data
        return HourlyTerms(facts["rate"], facts["limit"] * 60, facts["allows_manual_time"])


class LimitForm(ConsentForm):
    limit = HoursField(
        help_text="More counts from this Monday, with what is logged already. "
        "Less counts from next Monday."
    )


class RateForm(ConsentForm):
    when = forms.ChoiceField(
        label="It counts", choices=WHEN, initial="monday", widget=forms.RadioSelect
    )
    field_order = ("rate", "when")

    def __init__(self, data: QueryDict | None, *, currency: str, seen: dict[str, str]) -> None:
        super().__init__(data, seen=seen)
        self.fields["rate"] = RateField(currency=currency)
        self.order_fields(["rate", "when"])

"""What paying late costs: nothing, a sum once, or a part a month."""

from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import about, show
from invoices.forms.numbers import PercentField
from invoices.models import LateFeePolicy

MOST_A_MONTH, MOST_OF_ALL, MOST_SUM = 500, 2_500, 1_000


class LateFeeForm(forms.Form):
    fixed = forms.CharField()  # replaced, in the currency of the contract
    monthly = PercentField(
        most=MOST_A_MONTH,
        required=False,
        label="Or a part of what is not paid, in percent for every 30 days",
        help_text="At most 5 %. The statutory rate for companies is about 1 % in the EU.",
    )
    grace_days = forms.IntegerField(
        min_value=0,
        max_value=60,
        initial=7,
        label="Days after the due date without a late fee",
    )
    cap = PercentField(
        most=MOST_OF_ALL,
        required=False,
        label="Never more than, in percent of the invoice",
        help_text="At most 25 %.",
    )

    def __init__(self, data: Any, *, currency: str, policy: LateFeePolicy | None) -> None:
        initial: dict[str, Any] = {"cap": 1_000}
        if policy:
            initial = {
                "fixed": policy.fixed,
                "monthly": policy.monthly_bps or None,
                "grace_days": policy.grace_days,
                "cap": policy.cap_bps,
            }
        super().__init__(data, initial=initial)
        self.fields["fixed"] = AmountField(
            currency=currency,
            required=False,
            label="A sum, once for each invoice that is paid late",
            help_text="Leave both empty, and paying late costs nothing.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        fixed = cleaned.get("fixed")
        if fixed and cleaned.get("monthly"):
            self.add_error("monthly", "Choose the sum or the part, not both.")
        if fixed and fixed > (most := about(MOST_SUM, str(fixed.currency))):
            self.add_error("fixed", f"It is at most {show(most)}.")
        if not cleaned.get("cap"):
            cleaned["cap"] = MOST_OF_ALL
        return cleaned

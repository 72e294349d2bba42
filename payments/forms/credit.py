"""Having credit sent back to where it was paid from."""

from __future__ import annotations

from typing import Any

from billing_site.kernel.forms import AmountField, ConsentForm
from billing_site.kernel.money import Money, show


class SendBackForm(ConsentForm):
    """Any part of the credit. What stays pays for something later."""

    def __init__(self, data: Any = None, *, credit: Money, **options: Any) -> None:
        super().__init__(data, initial={"amount": credit}, **options)
        self.credit = credit
        self.fields["amount"] = AmountField(
            currency=str(credit.currency),
            label="How much",
            help_text=f"Up to {show(credit)}.",
        )
        self.order_fields(["amount"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        amount = cleaned.get("amount")
        if amount is not None and amount > self.credit:
            self.add_error("amount", f"Your credit is {show(self.credit)}.")
        return cleaned

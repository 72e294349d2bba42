"""Crediting an issued invoice: a sum for each of its lines, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, ConsentForm, TextField
from billing_site.kernel.money import Money, show
from invoices.creditable import Creditable


class CreditForm(ConsentForm):
    """Net sums. What is left empty stays billed; *all of it* needs no sums."""

    whole = forms.BooleanField(
        required=False,
        label="All that is left of it",
        help_text="The invoice counts as credited then. Sums below are not needed.",
    )
    reason = TextField(
        lines=3,
        max_length=300,
        label="Why",
        help_text="It stands on the credit note, and the client reads it.",
    )

    field_order = ("whole",)

    def __init__(self, data: Any = None, *, lines: Sequence[Creditable], **options: Any) -> None:
        super().__init__(data, **options)
        self.lines = [each for each in lines if each.left]
        for each in self.lines:
            self.fields[self._name(each)] = AmountField(
                currency=str(each.left.currency),
                required=False,
                label=f"Off “{each.line.description}”",
                help_text=f"Net, up to {show(each.left)}.",
            )
        self.order_fields(["whole", *map(self._name, self.lines), "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or cleaned.get("whole"):
            return cleaned
        for each in self.lines:
            amount = cleaned.get(self._name(each))
            if amount is not None and amount > each.left:
                self.add_error(self._name(each), f"{show(each.left)} is left of it.")
        if not self.errors and not self.amounts():
            self.add_error(None, "Write a sum beside at least one line, or choose all of it.")
        return cleaned

    def amounts(self) -> dict[int, Money]:
        """What to credit, net, by line."""
        if self.cleaned_data.get("whole"):
            return {each.line.pk: each.left for each in self.lines}
        sums = {each.line.pk: self.cleaned_data.get(self._name(each)) for each in self.lines}
        return {key: amount for key, amount in sums.items() if amount}

    @staticmethod
    def _name(each: Creditable) -> str:
        return f"line_{each.line.position}"

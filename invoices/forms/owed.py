from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import Money, show
from invoices.queries.paying_part import why_not_so_much
from payments.models import OpenItem


class PartOfOwedForm(forms.Form):
    """How much of what is owed is paid now; without it, all of that."""

    def __init__(self, data: Any, *, item: OpenItem) -> None:
        super().__init__(data if "part" in data else None)
        self.item = item
        self.fields["part"] = AmountField(
            currency=item.currency,
            required=False,
            label=f"How much you pay now, {item.currency}",
            help_text=f"{show(item.owed)} is due. The rest stays due as it is.",
        )

    def clean_part(self) -> Money | None:
        part: Money | None = self.cleaned_data["part"]
        if part and (problem := why_not_so_much(self.item, part)):
            raise ValidationError(problem)
        return part

    @property
    def part(self) -> Money | None:
        """None: all of it, or nothing that can be paid."""
        found: Money | None = self.cleaned_data.get("part") if self.is_valid() else None
        return found if found and found < self.item.owed else None

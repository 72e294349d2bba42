from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, TextField, UploadField
from billing_site.platform.models.file import LARGEST_FILE
from invoices.forms.numbers import PercentField
from invoices.models import Contract, Expense
from invoices.services.expenses import Spent
from invoices.services.invoicing import Upload

KEPT = "PDF, PNG or JPEG, up to 10 MB. The client sees it on the invoice."


class ExpenseForm(forms.Form):
    """What was paid for a client, and the receipt for it; of a known expense, another one."""

    merchant = TextField(max_length=120, label="Paid to")
    spent_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    category = forms.ChoiceField(choices=Expense.Category, label="Category")
    description = TextField(max_length=300, required=False, label="What for")
    receipt = UploadField(largest=LARGEST_FILE, label="Receipt", help_text=KEPT)
    contract = forms.CharField(widget=forms.HiddenInput, required=False)  # names it in the POST
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        files: Any,
        contract: Contract,
        today: date,
        expense: Expense | None = None,
    ) -> None:
        initial = {"op_id": uuid.uuid4(), "contract": contract.ref}
        super().__init__(data, files, initial={**initial, **self._initial(expense, today)})
        self.fields["gross"] = AmountField(
            currency=contract.currency,
            label=f"Paid in all, {contract.currency}",
            help_text="As on the receipt, with the VAT in it.",
        )
        self.fields["tax_bps"] = PercentField(
            most=5_000,
            required=False,
            label="VAT in it, in %",
            help_text="The rate on the receipt; none if it shows none.",
        )
        self.order_fields(
            ["merchant", "spent_on", "gross", "tax_bps", "category", "description", "receipt"]
        )
        if expense:
            self.fields["receipt"].required = False
            self.fields["receipt"].label = "Another receipt"

    @staticmethod
    def _initial(expense: Expense | None, today: date) -> dict[str, Any]:
        names = ("merchant", "spent_on", "gross", "tax_bps", "category", "description")
        if expense is None:
            return {"spent_on": today}
        return {name: getattr(expense, name) for name in names}

    def spent(self) -> Spent:
        facts = self.cleaned_data
        return Spent(
            on=facts["spent_on"],
            category=Expense.Category(facts["category"]),
            merchant=facts["merchant"],
            gross=facts["gross"],
            tax_bps=facts["tax_bps"],
            description=facts["description"],
        )

    def upload(self) -> Upload | None:
        sent = self.cleaned_data["receipt"]
        if not sent:
            return None
        return Upload(sent.name or "receipt", sent.read(), sent.content_type or "")

"""What can be asked once an invoice is issued: to correct it, or to give up what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billing_site.kernel.forms import ConsentForm, TextField
from invoices.models import Invoice, InvoiceLine
from invoices.services.correcting import Correction


class CorrectionForm(ConsentForm):
    """What the new invoice says. Sums are not here: those change by credit note."""

    purchase_order = TextField(max_length=40, required=False, label="Purchase order")
    reason = TextField(
        lines=2,
        max_length=300,
        label="What was wrong",
        help_text="It stands on the credit note for the old invoice.",
    )

    def __init__(
        self, data: Any = None, *, invoice: Invoice, lines: Sequence[InvoiceLine], **options: Any
    ) -> None:
        initial = {"purchase_order": invoice.purchase_order}
        initial |= {self._name(line): line.description for line in lines}
        super().__init__(data, initial=initial, **options)
        self.lines = lines
        for line in lines:
            self.fields[self._name(line)] = TextField(max_length=200, label=f"Line {line.position}")
        self.order_fields(["purchase_order", *map(self._name, lines), "reason"])

    def correction(self) -> Correction:
        return Correction(
            purchase_order=self.cleaned_data["purchase_order"],
            descriptions={line.pk: self.cleaned_data[self._name(line)] for line in self.lines},
        )

    @staticmethod
    def _name(line: InvoiceLine) -> str:
        return f"line_{line.position}"


class WriteOffForm(ConsentForm):
    reason = TextField(
        lines=3,
        max_length=300,
        label="Why",
        help_text="The second person decides by it. The client does not see it.",
    )

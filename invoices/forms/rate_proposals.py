from __future__ import annotations

from typing import Any

from billing_site.kernel.forms import ConsentForm, TextField
from invoices.forms.hourly import RateField


class ProposalForm(ConsentForm):
    reason = TextField(
        lines=3,
        max_length=1_000,
        required=False,
        label="Why",
        help_text="The client reads it beside the new rate.",
    )

    def __init__(self, data: Any, *, currency: str, seen: dict[str, str]) -> None:
        super().__init__(data, seen=seen)
        self.fields["rate"] = RateField(currency=currency)
        self.order_fields(["rate", "reason"])


class ProposalConsentForm(ConsentForm):
    """Agree to what the page shows."""


class ProposalRefusalForm(ConsentForm):
    reason = TextField(
        lines=3, max_length=1_000, required=False, label="Why", help_text="They read it."
    )

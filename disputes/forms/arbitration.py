from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm, TickField, UploadField
from billing_site.kernel.money import show
from billing_site.platform.models.file import LARGEST_FILE
from disputes.forms.desk import SettlementForm
from disputes.models import Dispute, Side
from disputes.queries.arbitration_choice import Choice
from payments.services import arbitration_costs


class ArbitrationForm(ConsentForm):
    """A side chooses who decides for good, after it read what that costs."""

    accepts = TickField(
        label="What the arbiter decides is final. I have read what it costs, and what silence "
        "means."
    )

    def __init__(self, data: Any, *, choice: Choice) -> None:
        super().__init__(data, seen=choice.seen)
        self.fields["bench"] = forms.ChoiceField(
            choices=choice.benches, label="Who decides", widget=forms.RadioSelect
        )
        self.order_fields(["bench", "accepts"])


class AwardForm(SettlementForm):
    """An arbiter's award, with the very document that was uploaded for it."""

    def __init__(
        self, data: Any, *, seen: dict[str, str], dispute: Dispute, is_external: bool
    ) -> None:
        super().__init__(data, seen=seen)
        if is_external:
            self.fields["costs_on"] = forms.ChoiceField(
                required=False,
                choices=[
                    ("", "Each side its own share"),
                    *((side.value, f"{dispute.organization_of(side)} bears both") for side in Side),
                ],
                label="Who bears what the arbiter costs",
                help_text="Of the other side's share, whoever bears both bears what they have "
                f"with us then, and no more. {_now(dispute)}",
            )


def _now(dispute: Dispute) -> str:
    """What each side has to bear the other's share with."""
    each = []
    for side in Side:
        ours = dispute.organization_of(side)
        has = arbitration_costs.free(ours, dispute.currency, is_client=side == Side.CLIENT)
        each.append(f"{ours} {show(has)}")
    return f"Now that is {', '.join(each)}."


class AwardDocumentForm(ConsentForm):
    document = UploadField(
        largest=LARGEST_FILE,
        label="The signed award",
        help_text="PDF, PNG, JPEG or plain text, up to 10 MB. Its hash is kept with the award.",
    )

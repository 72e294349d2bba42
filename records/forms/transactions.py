from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField, FilterForm
from billing_site.kernel.money import EXPONENTS
from billing_site.people.models import Organization
from records import kinds
from records.queries.transactions import Asked

_PLACE = re.compile(r"(?P<at>[0-9T:.+-]{19,40})_(?P<entry>[0-9]{1,18})", re.ASCII)


class TransactionFilterForm(FilterForm):
    contract = forms.ChoiceField(required=False, label="Contract")
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="to", widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("q", "contract", "since", "until", "amount")

    def __init__(
        self, data: Any, *, organization: Organization, contracts: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.organization = organization
        asked = data.get("currency", "")
        self.currency = asked if asked in EXPONENTS else organization.currency
        choice = self.fields["contract"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "all"), *contracts]
        self.fields["amount"] = AmountField(
            currency=self.currency, required=False, label=f"Amount, {self.currency}"
        )
        self.order_fields(self.field_order)

    def asked(self) -> Asked:
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        group = self.data.get("group", "")
        if group not in kinds.groups_for(is_client=self.organization.is_client):
            group = ""
        currency = self.currency if self.currency != self.organization.currency else ""
        params = {name: str(self[name].data) for name in self.fields if name in found}
        return Asked(
            currency=self.currency,
            group=group,
            contract=found.get("contract", ""),
            since=found.get("since"),
            until=found.get("until"),
            query=found.get("q", ""),
            amount=found.get("amount"),
            params={"group": group, "currency": currency, **params},
        )


def place_in(address: Any) -> tuple[datetime, int] | None:
    """Return after which row the page begins, if the address says so and makes sense."""
    found = _PLACE.fullmatch(address.get("before", "").replace(" ", "+"))
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found["at"])
    except ValueError:
        return None
    return (at, int(found["entry"])) if at.tzinfo else None

"""Narrowing the approval queue, keeping that under a name, and approving several at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from billing_site.kernel.forms import AmountField, ConsentForm, FilterForm, TickField
from billing_site.kernel.money import EXPONENTS, from_minor
from billing_site.people.models import Organization
from invoices.models import Invoice
from invoices.queries.queue import Choices, Filters
from invoices.services.consenting import Seen

DUE = {
    "today": ("within a day", timedelta(days=1)),
    "soon": ("within three days", timedelta(days=3)),
    "week": ("within a week", timedelta(days=7)),
}


CHOSEN = re.compile(
    r"seen-(?P<ref>\w{1,20}) (?P<minor>\d{1,15}) (?P<currency>[A-Z]{3}) (?P<round>\d{1,4})",
    re.ASCII,
)


class QueueFilterForm(FilterForm):
    contract = forms.ChoiceField(required=False, label="Contract")
    freelancer = forms.ChoiceField(required=False, label="Freelancer")
    source = forms.ChoiceField(
        required=False, label="What it bills", choices=[("", "anything"), *Invoice.Source.choices]
    )
    due = forms.ChoiceField(
        required=False,
        label="Answer due",
        choices=[("", "at any time"), *((name, words) for name, (words, _) in DUE.items())],
    )
    mine = forms.BooleanField(required=False, label="Only what I can approve now")
    field_order = ("q", "contract", "freelancer", "source", "at_least", "at_most", "due", "mine")

    def __init__(self, data: Any, *, client: Organization, choices: Choices) -> None:
        super().__init__(data)
        for name, found in [("contract", choices.contracts), ("freelancer", choices.freelancers)]:
            choice = self.fields[name]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [("", "all"), *found]
        for name, label in [("at_least", "Total from"), ("at_most", "to")]:
            self.fields[name] = AmountField(
                currency=client.currency, required=False, label=f"{label}, {client.currency}"
            )
        self.order_fields(self.field_order)

    @classmethod
    def asked_in(cls, address: QueryDict, client: Organization) -> Filters:
        """The filters in the address of an invoice, which shows no form for them."""
        refs = [[(address.get(name, ""),) * 2] for name in ("contract", "freelancer")]
        return cls(address, client=client, choices=Choices(*refs)).filters()

    def filters(self) -> Filters:
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        due = asked.get("due", "")
        return Filters(
            query=asked.get("q", ""),
            contract=asked.get("contract", ""),
            freelancer=asked.get("freelancer", ""),
            source=asked.get("source", ""),
            at_least=asked.get("at_least"),
            at_most=asked.get("at_most"),
            due_within=DUE[due][1] if due else None,
            mine=bool(asked.get("mine")),
            params={name: str(self[name].data) for name in self.fields if name in asked},
        )


class SeveralForm(ConsentForm):
    """Consent to several sums. What was seen of each is looked at again as each is decided."""

    accepts = TickField(label="I have reviewed the work of each, and accept it.")

    def clean(self) -> dict[str, Any]:
        if not self.chosen:
            raise ValidationError("Choose at least one invoice first.")
        return super(ConsentForm, self).clean() or self.cleaned_data

    @property
    def chosen(self) -> dict[str, Seen]:
        """What was on the page, by the ref of the invoice."""
        found = (CHOSEN.fullmatch(f"{name} {value}") for name, value in self.data.items())
        return {
            each["ref"]: Seen(from_minor(int(each["minor"]), each["currency"]), int(each["round"]))
            for each in found
            if each and each["currency"] in EXPONENTS
        }

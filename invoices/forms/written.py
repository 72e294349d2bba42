"""The form of an invoice written by hand: its head, and a row for each line."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from billing_site.kernel.forms import AmountField, TextField
from invoices.forms.numbers import DiscountField, QuantityField
from invoices.models import Contract
from invoices.models.contract import TaxTreatment
from invoices.queries.written_fields import Fields, tax_choice
from invoices.taxing import Treatment, possible
from invoices.written import MOST_LINES, NET_DAYS, WrittenInvoice, WrittenLine

ROWS_SHOWN = 2
# Rows that were removed leave gaps in their numbers.
PLACES = range(1, 3 * MOST_LINES)
ASKING = ("add", "remove", "preview")  # buttons that show the page again and write nothing


class HeadForm(forms.Form):
    """What is said once about the whole invoice."""

    title = TextField(max_length=120, label="Title", help_text="What the client reads first.")
    prices_include_tax = forms.BooleanField(required=False, label="The prices include VAT")
    net_days = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (days, f"{days} days after approval" if days else "on approval") for days in NET_DAYS
        ],
        initial=NET_DAYS[0],
        label="To pay",
        help_text="On approval the client's way to pay is charged, or they are asked to pay.",
    )
    supplied_from = forms.DateField(
        required=False, label="Supplied from", widget=forms.DateInput(attrs={"type": "date"})
    )
    supplied_to = forms.DateField(
        required=False, label="Supplied until", widget=forms.DateInput(attrs={"type": "date"})
    )
    purchase_order = TextField(max_length=40, required=False, label="Purchase order")
    cost_center = TextField(max_length=40, required=False, label="Cost center")
    project = TextField(max_length=80, required=False, label="Project")
    note = TextField(
        lines=3, max_length=1_000, required=False, label="Note", help_text="Printed on the invoice."
    )
    tax_text = TextField(
        max_length=300,
        required=False,
        label="Words for exempt lines",
        help_text="The reason, such as the section of the law. Empty: the usual words.",
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, currency: str, initial: Fields) -> None:
        super().__init__(data, initial={"op_id": uuid.uuid4(), **initial})
        self.fields["discount"] = DiscountField(
            currency=currency,
            required=False,
            label="Discount on the whole",
            help_text=f"A part, such as 5 %, or a sum in {currency}.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("supplied_from"), cleaned.get("supplied_to")
        if first and not last:
            cleaned["supplied_to"] = first
        elif last and not first:
            cleaned["supplied_from"] = last
        elif first and last and last < first:
            self.add_error("supplied_to", "The period ends before it begins.")
        return cleaned


class LineForm(forms.Form):
    """One of the repeated fieldsets; one that is left empty is no line."""

    noun = "Line"
    description = TextField(max_length=200, label="What for")
    detail = TextField(max_length=500, required=False, label="Detail")
    quantity = QuantityField(label="Quantity", initial="1")
    unit = TextField(
        max_length=20,
        required=False,
        label="Unit",
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )

    def __init__(
        self,
        data: Any,
        *,
        place: int,
        currency: str,
        treatments: Mapping[str, Treatment],
        initial: Fields,
    ) -> None:
        super().__init__(
            data,
            prefix=f"l{place}",
            initial=initial,
            empty_permitted=True,
            use_required_attribute=False,
        )
        self.place = place
        self.treatments = treatments
        self.fields["unit_price"] = AmountField(currency=currency, label=f"Price, {currency}")
        self.fields["discount"] = DiscountField(
            currency=currency, required=False, label="Discount, 10 % or a sum"
        )
        self.fields["tax"] = forms.ChoiceField(
            choices=[(choice, way.words) for choice, way in treatments.items()], label="VAT"
        )

    def has_changed(self) -> bool:
        """A quantity and a rate alone are what every empty row has."""
        return self.is_filled

    @property
    def is_filled(self) -> bool:
        names = ("description", "detail", "unit_price", "discount")
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)

    def written(self, *, tax_text: str) -> WrittenLine:
        facts = dict(self.cleaned_data)
        way = self.treatments[facts.pop("tax")]
        if way.kind == TaxTreatment.EXEMPT and tax_text:
            way = Treatment(way.kind, way.bps, tax_text)
        return WrittenLine(**facts, treatment=way)


@dataclass(frozen=True, slots=True)
class Editor:
    """The whole form. `written` needs `is_valid` before it."""

    contract: Contract
    head: HeadForm
    lines: Sequence[LineForm]
    asks_only: bool

    @property
    def filled(self) -> list[LineForm]:
        return [line for line in self.lines if line.is_bound and line.is_filled]

    @property
    def has_errors(self) -> bool:
        return bool(self.head.errors) or any(line.errors for line in self.filled)

    def is_valid(self) -> bool:
        is_whole = all([self.head.is_valid(), *(line.is_valid() for line in self.filled)])
        if not self.filled:
            self.head.add_error(None, "An invoice has at least one line.")
            return False
        return is_whole

    def written(self) -> WrittenInvoice:
        facts = dict(self.head.cleaned_data)
        del facts["op_id"]
        tax_text = facts.pop("tax_text")
        return WrittenInvoice(
            **facts, lines=[line.written(tax_text=tax_text) for line in self.filled]
        )


def editor(
    data: QueryDict | None, *, contract: Contract, on: date, fields: Fields | None = None
) -> Editor:
    """Return the form of a new or changed invoice; *fields* is what it holds at first."""
    currency, treatments = contract.currency, treatments_for(contract, on=on)
    given: Fields = fields or {"head": _agreed(contract), "lines": []}
    rows = _rows(data, given["lines"])
    return Editor(
        contract=contract,
        head=HeadForm(data, currency=currency, initial=given["head"]),
        lines=[
            LineForm(
                data,
                place=place,
                currency=currency,
                treatments=treatments,
                initial=initial,
            )
            for place, initial in rows
        ],
        asks_only=data is not None and any(name in data for name in ASKING),
    )


def treatments_for(contract: Contract, *, on: date) -> dict[str, Treatment]:
    """The ways a line can be taxed, by the form's choice: first what the offer agreed to."""
    agreed = Treatment(TaxTreatment(contract.tax_treatment), contract.tax_bps, contract.tax_text)
    ways = [agreed, *possible(contract.freelancer, on=on)]
    choices: dict[str, Treatment] = {}
    for way in ways:
        choices.setdefault(tax_choice(way.kind, way.bps), way)
    return choices


def _agreed(contract: Contract) -> Fields:
    is_exempt = contract.tax_treatment == TaxTreatment.EXEMPT
    return {"tax_text": contract.tax_text if is_exempt else ""}


def _rows(data: QueryDict | None, initial: Sequence[Fields]) -> list[tuple[int, Fields]]:
    """The places of the rows and what each holds at first."""
    if data is None:
        spare: list[Fields] = [{}] * max(ROWS_SHOWN - len(initial), 0)
        return list(enumerate([*initial, *spare], start=1))
    places = [place for place in PLACES if f"l{place}-description" in data]
    places = [place for place in places if data.get("remove") != str(place)][:MOST_LINES]
    if ("add" in data or not places) and len(places) < MOST_LINES:
        places.append(max(places, default=0) + 1)
    return [(place, {}) for place in places]

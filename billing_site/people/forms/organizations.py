from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import TextField
from billing_site.people.countries import countries
from billing_site.people.models import Organization, TaxProfile, User
from billing_site.people.services import numbering
from billing_site.platform import patterns

SERIES_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}", re.ASCII)


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="Country", choices=[("", "Choose one"), *countries()])


def vat_id_field() -> forms.CharField:
    return TextField(
        label="VAT ID",
        max_length=20,
        required=False,
        help_text="As your tax office writes it, such as DE136695976.",
    )


class AddressForm(forms.Form):
    """What documents print about the party."""

    name = TextField(label="Name", help_text="As the other side knows you.")
    legal_name = TextField(
        label="Legal name", required=False, help_text="If your documents need another one."
    )
    street = TextField(label="Street and number", required=False)
    postal_code = TextField(label="Postal code", max_length=20, required=False)
    city = TextField(label="City", max_length=100, required=False)
    country = country_field()

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DescriptionForm(AddressForm):
    """What the organization says about itself, and in which language others write to it."""

    document_language = forms.ChoiceField(
        label="Language of your documents",
        choices=Organization.DocumentLanguage.choices,
        help_text="Of the invoices, credit notes and receipts that you receive.",
    )


class FoundingForm(AddressForm):
    """The first thing somebody does who acts for nobody yet."""

    kind = forms.ChoiceField(
        label="You are",
        choices=[
            ("client", "a client: you hire people and pay them"),
            ("freelancer", "a freelancer: you work and are paid"),
            ("agency", "an agency: several of you work and are paid"),
        ],
        widget=forms.RadioSelect,
    )
    currency = forms.ChoiceField(
        label="Currency",
        choices=CURRENCIES,
        help_text="Of your limits and totals; each contract has its own.",
    )
    taxed_as = forms.ChoiceField(label="For VAT you are", choices=TaxProfile.Kind.choices)
    vat_id = vat_id_field()
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    field_order = (
        "kind",
        "name",
        "legal_name",
        "street",
        "postal_code",
        "city",
        "country",
        "currency",
        "taxed_as",
        "vat_id",
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        kinds = {"hire": Organization.Kind.CLIENT, "work": Organization.Kind.FREELANCER}
        initial = {
            "op_id": uuid.uuid4(),
            "kind": kinds.get(user.purpose),
            "currency": "EUR",
            "taxed_as": TaxProfile.Kind.BUSINESS,
        }
        if user.purpose == User.Purpose.WORK:
            initial["name"] = user.name
        super().__init__(data, initial=initial)


class TaxForm(forms.Form):
    kind = forms.ChoiceField(
        label="For VAT you are", choices=TaxProfile.Kind.choices, widget=forms.RadioSelect
    )
    vat_id = vat_id_field()


class NumberingForm(forms.Form):
    series_code = TextField(
        label="Code",
        max_length=6,
        help_text="Two to six letters or digits, beginning with a letter.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )

    def clean_series_code(self) -> str:
        code = str(self.cleaned_data["series_code"]).upper()
        if not SERIES_CODE.fullmatch(code):
            raise ValidationError("Two to six letters or digits, beginning with a letter.")
        return code


class PatternForm(forms.Form):
    """How one kind of document is numbered from the next one on."""

    pattern = TextField(
        label="Pattern",
        max_length=patterns.LONGEST,
        help_text="{code}, {year}, {month} and {number} are filled in; {number:06} has six digits.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    restarts = forms.TypedChoiceField(
        label="It counts",
        choices=[("yes", "from one again each year"), ("no", "on and on, over the years")],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    first = forms.IntegerField(
        label="Next number",
        required=False,
        min_value=1,
        max_value=numbering.LARGEST_FIRST,
        help_text="If you have numbered elsewhere this year: the one after your last.",
    )

    def __init__(self, data: Any = None, *, has_begun: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if has_begun:
            del self.fields["first"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "pattern" in cleaned and "restarts" in cleaned:
            problem = patterns.problem_of(cleaned["pattern"], restarts=cleaned["restarts"])
            if problem:
                self.add_error("pattern", problem)
        return cleaned

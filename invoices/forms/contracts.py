from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import AmountField, ConsentForm, TextField, TickField
from billing_site.kernel.money import show
from billing_site.people.models import Organization
from invoices.fees import is_large_enough, smallest_price
from invoices.models.contract import TaxTreatment
from invoices.services.contracts import MOST_MILESTONES, PlannedWork
from invoices.taxing import Treatment, chosen

ROWS_SHOWN = 3


class ContractForm(forms.Form):
    """An offer's words and terms. Its milestones are `MilestoneForm`s beside it."""

    freelancer = TextField(
        label="Freelancer's e-mail address",
        max_length=254,
        help_text="The address they sign in with here.",
        widget=forms.EmailInput(attrs={"list": "partners", "autocomplete": "off"}),
    )
    title = TextField(max_length=120, label="Title", help_text="What you would call it in a talk.")
    description = TextField(lines=4, max_length=4_000, required=False, label="What is to be done")
    currency = forms.ChoiceField(choices=CURRENCIES, label="Currency")
    review_days = forms.IntegerField(
        min_value=3,
        max_value=30,
        initial=14,
        label="Days to review a delivery",
        help_text="3 to 30. Without an answer by then it counts as approved.",
    )
    tax_treatment = forms.ChoiceField(
        choices=[("", "What usually applies between you two"), *TaxTreatment.choices],
        required=False,
        label="The freelancer's VAT",
        help_text="The offer fixes it. It is paid on top of the price and passes on to them.",
    )
    tax_text = TextField(
        max_length=300,
        required=False,
        label="Words for an exemption",
        help_text="Printed on the invoices, such as the section of the law.",
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, client: Organization) -> None:
        initial = {"currency": client.currency, "op_id": uuid.uuid4()}
        super().__init__(data, initial=initial)
        self.client = client

    def clean_freelancer(self) -> Organization:
        email: str = self.cleaned_data["freelancer"]
        found = Organization.objects.filter(
            kind__in=[Organization.Kind.FREELANCER, Organization.Kind.AGENCY],
            memberships__user__email__iexact=email,
            memberships__user__is_active=True,
            memberships__ended_at=None,
            memberships__role__in=["owner", "approver"],
        ).order_by("pk")
        freelancer = found.exclude(pk=self.client.pk).first()
        if freelancer is None:
            raise forms.ValidationError(
                "Nobody works here under this address. Ask them to sign up, then offer again."
            )
        return freelancer

    def treatment(self, *, at: Any) -> Treatment | None:
        """The treatment that was chosen, or None for what usually applies."""
        kind = self.cleaned_data["tax_treatment"]
        if not kind:
            return None
        return chosen(
            TaxTreatment(kind),
            freelancer=self.cleaned_data["freelancer"],
            on=at.date(),
            text=self.cleaned_data["tax_text"],
        )


class MilestoneForm(forms.Form):
    """One of the repeated fieldsets; one that is left empty is no milestone."""

    noun = "Milestone"
    title = TextField(max_length=120, label="Milestone")
    detail = TextField(lines=2, max_length=2_000, required=False, label="What is delivered")
    due_on = forms.DateField(
        required=False, label="Due", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Mapping[str, Any] | None, *, prefix: str, currency: str) -> None:
        super().__init__(data, prefix=prefix, empty_permitted=True, use_required_attribute=False)
        self.fields["price"] = AmountField(
            currency=currency, label=f"Price, {currency}", help_text="Without VAT and our fees."
        )
        self.order_fields(["title", "price", "due_on", "detail"])
        if data is not None:
            self.currency = currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        price = cleaned.get("price")
        if price and not is_large_enough(price):
            least = show(smallest_price(str(price.currency)))
            self.add_error("price", f"A milestone costs at least {least}.")
        return cleaned

    @property
    def is_filled(self) -> bool:
        names = ("title", "price", "due_on", "detail")
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)

    def planned(self) -> PlannedWork:
        facts = self.cleaned_data
        return PlannedWork(facts["title"], facts["price"], facts["detail"], facts["due_on"])


def milestone_forms(data: QueryDict | None, *, currency: str) -> list[MilestoneForm]:
    """Return the fieldsets of a page: as many as were sent, at least three, with one to spare."""
    sent = 0
    if data is not None:
        sent = sum(f"m{n}-title" in data for n in range(1, MOST_MILESTONES + 1))
        if "add" in data:
            sent += 1
    count = min(max(sent, ROWS_SHOWN), MOST_MILESTONES)
    return [MilestoneForm(data, prefix=f"m{n}", currency=currency) for n in range(1, count + 1)]


class OfferForm(ConsentForm):
    """The client sends the offer, having seen its whole cost."""

    accepts = TickField(label="I have read the whole cost and want to offer this.")


class AcceptanceForm(ConsentForm):
    """The freelancer agrees to the terms they saw."""

    accepts = TickField(
        label="I accept the contract with these fees, and that invoices are issued in my name."
    )


class ReasonForm(ConsentForm):
    """A deed that may be explained to the other side."""

    reason = TextField(lines=3, max_length=1_000, required=False, label="A word to the other side")

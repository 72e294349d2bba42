"""The form of a retainer, and what a period of it would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import currency_of
from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.forms.contracts import ContractForm
from invoices.models import Contract, RetainerTerms
from invoices.queries import costs
from invoices.queries.costs import CostView
from invoices.queries.retainer_terms import RetainerView, retainer_view
from invoices.services.retainers import Retainer
from invoices.taxing import proposed


class RetainerForm(ContractForm):
    """An offer of a retainer: what each week or month costs, and from when to when."""

    cadence = forms.ChoiceField(
        choices=[("monthly", "each month"), ("weekly", "each week")],
        initial="monthly",
        label="Billed",
        help_text="On the day after it. Months begin on the 1st, weeks on Mondays.",
    )
    ends_on = forms.DateField(
        required=False,
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Without one it runs until either of you ends it.",
    )

    def __init__(self, data: QueryDict | None, *, client: Organization, today: date) -> None:
        super().__init__(data, client=client)
        del self.fields["review_days"]  # 14, as for everything that was agreed in advance
        currency = data.get("currency") if data else None
        if currency not in dict(CURRENCIES):
            currency = client.currency
        self.today = today
        self.fields["amount"] = AmountField(
            currency=currency,
            label=f"Each week or month, {currency}",
            help_text="Without VAT and our fees.",
        )
        self.fields["starts_on"] = forms.DateField(
            label="First day",
            initial=today,
            widget=forms.DateInput(attrs={"type": "date"}),
            help_text="A part of a week or month costs its part, by days.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and starts_on < self.today:
            self.add_error("starts_on", "A retainer begins today at the earliest.")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "A retainer ends after it began.")
        return cleaned

    def terms(self) -> Retainer:
        facts = self.cleaned_data
        return Retainer(
            amount=facts["amount"],
            cadence=RetainerTerms.Cadence(facts["cadence"]),
            starts_on=facts["starts_on"],
            ends_on=facts["ends_on"],
        )


@dataclass(frozen=True, slots=True)
class RetainerPreview:
    as_client: CostView | None
    as_freelancer: CostView | None
    view: RetainerView | None
    missing: str  # what has to be filled in before there is a figure


def retainer_preview(form: RetainerForm, *, at: datetime) -> RetainerPreview:
    """Return both sides of a whole period, as far as the form says enough for it."""
    nothing = "Write what a week or month costs, and the whole cost for both sides stands here."
    if not form.is_bound:
        return RetainerPreview(None, None, None, nothing)
    form.is_valid()
    facts = form.cleaned_data
    if not {"amount", "cadence", "starts_on", "ends_on"} <= set(facts):
        return RetainerPreview(None, None, None, nothing)
    freelancer = facts.get("freelancer")
    if freelancer is None:
        missing = "Name the freelancer: the VAT depends on where they are."
        return RetainerPreview(None, None, None, missing)
    treatment = form.treatment(at=at) if "tax_treatment" in facts else None
    treatment = treatment or proposed(freelancer=freelancer, client=form.client, on=at.date())
    terms = form.terms()
    contract = Contract(
        kind=Contract.Kind.RETAINER,
        client=form.client,
        freelancer=freelancer,
        currency=currency_of(terms.amount),
        tax_treatment=treatment.kind,
        tax_bps=treatment.bps,
    )
    cost = cost_of(contract, [terms.amount], on=at.date())
    shown = RetainerTerms(
        cadence=terms.cadence,
        currency=contract.currency,
        amount=terms.amount,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
    )
    return RetainerPreview(
        as_client=costs.as_client(cost, contract),
        as_freelancer=costs.as_freelancer(cost, contract, total=f"{freelancer} receives"),
        view=retainer_view(shown),
        missing="",
    )

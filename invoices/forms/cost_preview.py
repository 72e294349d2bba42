"""What a contract would cost, from a form that may be half filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.forms.contracts import ContractForm, MilestoneForm
from invoices.models import Contract
from invoices.queries import costs
from invoices.queries.costs import CostView
from invoices.taxing import proposed


@dataclass(frozen=True, slots=True)
class Preview:
    as_client: CostView | None
    as_freelancer: CostView | None
    milestones: int
    missing: str  # what has to be filled in before there is a figure


def cost_preview(form: ContractForm, milestones: list[MilestoneForm], *, at: datetime) -> Preview:
    """Return both sides of the cost, as far as the form says enough for it."""
    filled = [each for each in milestones if each.is_bound and each.is_filled]
    for each in filled:
        each.full_clean()  # One that is wrong elsewhere still has its price.
    prices = [each.cleaned_data["price"] for each in filled if "price" in each.cleaned_data]
    if not form.is_bound or not prices:
        return Preview(
            None, None, 0, "Write a price, and the whole cost for both sides stands here."
        )
    form.is_valid()
    freelancer = form.cleaned_data.get("freelancer")
    if freelancer is None:
        return Preview(
            None, None, len(prices), "Name the freelancer: the VAT depends on where they are."
        )
    on = at.date()
    treatment = form.treatment(at=at) or proposed(freelancer=freelancer, client=form.client, on=on)
    contract = Contract(
        client=form.client,
        freelancer=freelancer,
        currency=str(prices[0].currency),
        tax_treatment=treatment.kind,
        tax_bps=treatment.bps,
    )
    cost = cost_of(contract, prices, on=on)
    return Preview(
        as_client=costs.as_client(cost, contract),
        as_freelancer=costs.as_freelancer(cost, contract, total=f"{freelancer} receives"),
        milestones=len(prices),
        missing="",
    )


def partners_of(client: Organization) -> list[tuple[str, str]]:
    """Those the client has had contracts with: (e-mail, name), for a list to choose from."""
    rows = (
        Contract.objects.filter(client=client, freelancer__memberships__role="owner")
        .filter(freelancer__memberships__ended_at=None)
        .order_by("freelancer__name")
        .values_list("freelancer__memberships__user__email", "freelancer__name")
        .distinct()
    )
    return list(rows[:50])

"""What stands on the page of a bonus: the sum in question, its whole cost, and who may go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.bonus import check_bonus, takes_bonus
from invoices.fees import Cost, cost_of
from invoices.models import Contract
from invoices.queries import costs
from invoices.queries.costs import CostView
from invoices.queries.viewer import Viewer, other_side
from payments.models import PaymentMethod


@dataclass(frozen=True, slots=True)
class BonusPage:
    contract: Contract
    other: Organization
    is_client: bool
    is_possible: bool  # at this time, for whoever may
    amount: Money | None
    cost: Cost | None
    view: CostView | None
    why_not: str  # what this viewer is told instead of a form
    refusal: str  # what is wrong with the sum
    may_pay: bool
    is_collected: bool  # the client saved a way to pay, which is charged at once

    @property
    def may_consent(self) -> bool:
        return self.cost is not None and not self.why_not

    @property
    def verb(self) -> str:
        assert self.cost, "Consent is to a cost."
        if not self.is_client:
            return f"Ask for {show(self.cost.gross)}"
        total = show(self.cost.client_pays)
        return f"Give it and pay {total}" if self.may_pay else f"Give it for {total}"

    @property
    def seen(self) -> dict[str, str]:
        return self.cost.seen if self.cost else {}


def bonus_page(contract: Contract, viewer: Viewer, amount: str, *, at: datetime) -> BonusPage:
    """Without a sum there is nothing to agree to yet."""
    sum_, refusal = _read(contract, amount, at=at)
    cost = cost_of(contract, [sum_], on=at.date()) if sum_ and not refusal else None
    draw = costs.as_client if viewer.is_client else costs.as_freelancer
    return BonusPage(
        contract=contract,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        is_possible=takes_bonus(contract, at=at),
        amount=sum_,
        cost=cost,
        view=draw(cost, contract) if cost else None,
        why_not=_why_not(contract, viewer, cost, at=at),
        refusal=refusal,
        is_collected=PaymentMethod.objects.chargeable()
        .filter(organization=contract.client)
        .exists(),
        may_pay=cost is not None and viewer.is_client and viewer.may(Deed.FUND, cost.client_pays),
    )


def bonus_words(contract: Contract, viewer: Viewer, *, at: datetime) -> str:
    """What leads to the page, for whoever can do something there; else nothing."""
    deed = Deed.APPROVE if viewer.is_client else Deed.WORK
    if not viewer.may(deed) or not takes_bonus(contract, at=at):
        return ""
    return "Give a bonus" if viewer.is_client else "Ask for a bonus"


def _why_not(contract: Contract, viewer: Viewer, cost: Cost | None, *, at: datetime) -> str:
    if not takes_bonus(contract, at=at):
        return "A bonus is possible while the contract runs, and for a year after it ended."
    if not viewer.is_client:
        return "" if viewer.may(Deed.WORK) else "Your role does not ask for money."
    if not viewer.may(Deed.APPROVE):
        return "Your role does not give bonuses. An owner or an approver can."
    limit = viewer.membership.spending_limit
    if cost and limit and not viewer.may(Deed.APPROVE, cost.gross):
        return f"It is above your limit of {show(limit)}."
    return ""


def _read(contract: Contract, amount: str, *, at: datetime) -> tuple[Money | None, str]:
    if not amount:
        return None, ""
    try:
        read = AmountField(currency=contract.currency).clean(amount)
        check_bonus(contract, read, at=at)
    except ValidationError as problem:
        return None, problem.messages[0]
    except NotAllowed as refused:
        return None, str(refused)
    return read, ""

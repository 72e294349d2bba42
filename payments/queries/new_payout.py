"""What stands on the page before a withdrawal: banks, the sum asked for, and its whole cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import Money, show
from billing_site.people.models import Organization
from ledger.queries.balances import balance
from payments.models import PayoutMethod
from payments.queries.payment_page import CostLine
from payments.queries.payout_cost import PayoutCost, cost_of


@dataclass(frozen=True, slots=True)
class NewPayout:
    organization: Organization
    currency: str
    available: Money
    methods: list[PayoutMethod]
    cooling: list[PayoutMethod]  # named lately; a thief would have to wait, so everybody does
    method: PayoutMethod | None
    amount: Money | None
    cost: PayoutCost | None
    refusal: str

    @property
    def lines(self) -> list[CostLine]:
        if self.cost is None:
            return []
        return [CostLine("You withdraw", self.cost.amount), CostLine("Our fee", -self.cost.fee)]

    @property
    def total(self) -> CostLine | None:
        if self.cost is None:
            return None
        return CostLine("Reaches your bank", self.cost.net, note=str(self.method or ""))

    @property
    def others(self) -> list[CostLine]:
        return [CostLine("Stays available", self.cost.left)] if self.cost else []

    @property
    def may_consent(self) -> bool:
        return bool(self.cost and self.method and not self.refusal)

    @property
    def verb(self) -> str:
        return f"Withdraw {show(self.amount)}" if self.amount else "Withdraw"

    @property
    def seen(self) -> dict[str, str]:
        """What the consent is to, besides the sum and the bank that it names itself."""
        if self.cost is None:
            return {}
        return {"fee": show(self.cost.fee), "arrives_on": self.cost.arrives_on.isoformat()}


def new_payout(
    organization: Organization, method_ref: str, amount: str, *, at: datetime
) -> NewPayout:
    """Without a sum, all that is available; without a bank, the one that was named first."""
    present = list(PayoutMethod.objects.filter(organization=organization).present())
    usable = [method for method in present if method.is_active(at=at)]
    method = next((each for each in usable if each.ref == method_ref), None)
    if method is None and not method_ref and usable:
        method = usable[0]
    currency = method.currency if method else organization.currency
    available = balance(f"freelancer:{organization.pk}:available", currency)
    sum_, refusal = _read(amount, currency, available)
    cost = cost_of(organization, sum_, at=at) if sum_ else None
    if cost and cost.left.amount < 0:
        refusal = f"You can withdraw at most {show(available)} now."
    elif cost and cost.net.amount <= 0:
        refusal = f"A withdrawal has to be more than its fee of {show(cost.fee)}."
    return NewPayout(
        organization=organization,
        currency=currency,
        available=available,
        methods=usable,
        cooling=[each for each in present if each not in usable],
        method=method,
        amount=sum_,
        cost=cost,
        refusal=refusal,
    )


def _read(amount: str, currency: str, available: Money) -> tuple[Money | None, str]:
    if not amount:
        return (available, "") if available.amount > 0 else (None, "")
    try:
        read: Money | None = AmountField(currency=currency).clean(amount)
    except ValidationError as problem:
        return None, problem.messages[0]
    return read, ""

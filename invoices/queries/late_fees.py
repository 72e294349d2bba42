"""What paying late costs: in words before it is agreed, and in figures before it is charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from billing_site.kernel.money import Money, share, show, zero
from invoices.models import Contract, Invoice, LateFeePolicy
from invoices.models.late_fee import begins_at
from payments.gateways.sums import is_too_little


@dataclass(frozen=True, slots=True)
class Coming:
    """The late fee that is charged next, unless it is paid or waived before."""

    policy: LateFeePolicy
    period: int
    amount: Money
    at: datetime

    @property
    def words(self) -> str:
        on = f"{self.at.day} {self.at:%B %Y}"
        return f"Not paid by then, a late fee of {show(self.amount)} is added on {on}."


def policy_of(contract: Contract) -> LateFeePolicy | None:
    return LateFeePolicy.objects.filter(contract=contract).first()


def policy_words(policy: LateFeePolicy | None) -> str:
    """Say the policy to both sides before they agree to it."""
    if policy is None:
        return "Paying late costs nothing."
    grace = f"{policy.grace_days} days after the due date"
    if policy.fixed:
        return f"{grace}, an invoice that is not paid costs {show(policy.fixed)} more, once."
    return (
        f"From {grace} on, what is not paid costs {_percent(policy.monthly_bps)} for every "
        f"30 days, and never more than {_percent(policy.cap_bps)} of the invoice."
    )


def that_may_cost(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those of *invoices* that cost more while they are not paid, with all `coming_fee` reads."""
    owed = invoices.filter(
        state=Invoice.State.APPROVED,
        contract__late_fee_policy__isnull=False,
        open_item__closed_at__isnull=True,
    ).exclude(source=Invoice.Source.LATE_FEE)
    told = owed.select_related("open_item", "contract__late_fee_policy")
    return told.prefetch_related("late_fees__invoice").order_by("pk")


def coming_fee(invoice: Invoice) -> Coming | None:
    """Return the next late fee on *invoice*, as much as is owed now; None where there is none.

    What the platform has paid in the client's stead costs the client none, nor do late fees,
    nor what is too little to be paid by itself: nobody is late with that.
    """
    item = invoice.open_item
    is_owed = item is not None and item.is_open and not item.is_advanced
    if not is_owed or item is None or item.written_off_at or is_too_little(item.owed):
        return None
    if invoice.source == Invoice.Source.LATE_FEE or invoice.state != Invoice.State.APPROVED:
        return None
    policy: LateFeePolicy | None = getattr(invoice.contract, "late_fee_policy", None)
    if policy is None:
        return None
    fees = invoice.late_fees.all()
    period = max((fee.period for fee in fees), default=0) + 1
    billed = sum((fee.invoice.gross for fee in fees if fee.invoice), zero(invoice.currency))
    owed = item.payment_of(item.owed).gross
    asked = policy.fixed or share(owed, basis_points=policy.monthly_bps)
    most = share(invoice.gross, basis_points=policy.cap_bps) - billed
    amount = asked if policy.fixed else min(asked, most)
    if period > policy.periods or amount <= zero(invoice.currency):
        return None
    return Coming(policy, period, amount, begins_at(policy, item.due_on, period))


def _percent(bps: int) -> str:
    return f"{bps / 100:g} %"

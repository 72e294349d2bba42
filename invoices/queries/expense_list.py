"""The expenses of a freelancer: what can be invoiced, by contract, and what was."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from billing_site.kernel.money import Money, zero
from billing_site.people.models import Organization
from invoices.models import Contract, Expense

LAST_INVOICED = 50


@dataclass(frozen=True, slots=True)
class ToInvoice:
    """The open expenses on one contract; they go on one invoice, or some of them."""

    contract: Contract
    expenses: list[Expense]
    op_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def total(self) -> Money:
        return sum((each.gross for each in self.expenses), start=zero(self.contract.currency))


@dataclass(frozen=True, slots=True)
class ExpenseList:
    to_invoice: list[ToInvoice]
    invoiced: list[Expense]

    @property
    def is_empty(self) -> bool:
        return not self.to_invoice and not self.invoiced


def expense_list(freelancer: Organization) -> ExpenseList:
    ours = Expense.objects.filter(contract__freelancer=freelancer, removed_at=None)
    ours = ours.select_related("contract__client", "voucher", "invoice")
    by_contract: dict[int, ToInvoice] = {}
    for expense in ours.filter(invoice=None).order_by("contract_id", "spent_on", "pk"):
        group = by_contract.setdefault(expense.contract_id, ToInvoice(expense.contract, []))
        group.expenses.append(expense)
    invoiced = ours.exclude(invoice=None).order_by("-spent_on", "-pk")[:LAST_INVOICED]
    return ExpenseList(list(by_contract.values()), list(invoiced))

"""What an expense comes to on an invoice: what was paid, to the cent, and no fee on it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from invoices.models import Contract, Expense
from invoices.models.contract import TaxTreatment
from invoices.taxing import Treatment
from invoices.written import WrittenInvoice, WrittenLine

TITLE = "Expenses"


def written_expenses(contract: Contract, expenses: Sequence[Expense]) -> WrittenInvoice:
    """Return the invoice of *expenses*: a line each, priced with its tax, so that nothing is lost.

    Who charges VAT bills each at the rate of its receipt. Who charges none bills all that
    was paid under the contract's treatment: the VAT in it was a cost of theirs.
    """
    days = [expense.spent_on for expense in expenses]
    return WrittenInvoice(
        title=f"{TITLE} for {contract.title}"[:120],
        lines=[
            WrittenLine(
                description=f"{expense.get_category_display().capitalize()}: {expense.merchant}",
                detail=_detail(expense),
                quantity=Decimal(1),
                unit_price=expense.gross,
                treatment=_treatment(contract, expense),
            )
            for expense in expenses
        ],
        prices_include_tax=True,
        supplied_from=min(days),
        supplied_to=max(days),
    )


def _detail(expense: Expense) -> str:
    day = f"{expense.spent_on.day} {expense.spent_on:%B %Y}"
    return f"{day}, {expense.description}" if expense.description else day


def _treatment(contract: Contract, expense: Expense) -> Treatment:
    kind = TaxTreatment(contract.tax_treatment)
    if kind == TaxTreatment.STANDARD:
        return Treatment(kind, expense.tax_bps, "")
    return Treatment(kind, 0, contract.tax_text)

"""Expenses that are on an invoice."""

from __future__ import annotations

from billing_site.people.models import User
from invoices.models import Expense, Invoice
from invoices.services import expenses
from tests.given import NOON


def invoiced(*found: Expense, by: User) -> Invoice:
    return expenses.invoice(found[0].contract_id, [each.ref for each in found], by=by, at=NOON)

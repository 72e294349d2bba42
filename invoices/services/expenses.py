"""Expenses: written down with their vouchers, changed until invoiced, several on one invoice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, about, currency_of, included, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from billing_site.platform import files
from billing_site.platform.files import NotAFile
from billing_site.platform.models import File
from invoices.expensing import written_expenses
from invoices.models import Contract, Expense, Invoice
from invoices.queries.writing_page import BILLABLE
from invoices.services import writing
from invoices.services.invoicing import Upload
from invoices.services.repeating import sent

KINDS = frozenset({".pdf", ".png", ".jpg", ".jpeg"})
OLDEST = timedelta(days=365)
MOST_PAID = 1_000_000  # about so many euros


@dataclass(frozen=True, slots=True)
class Spent:
    """What was paid, and the rate of the VAT in it, as the receipt says."""

    on: date
    category: Expense.Category
    merchant: str
    gross: Money
    tax_bps: int = 0
    description: str = ""

    def columns(self) -> dict[str, Any]:
        return {
            "spent_on": self.on,
            "category": self.category,
            "merchant": self.merchant,
            "description": self.description,
            "currency": currency_of(self.gross),
            "gross": self.gross,
            "tax_bps": self.tax_bps,
            "tax": included(self.gross, basis_points=self.tax_bps),
        }


@transaction.atomic
def add(
    contract_id: int,
    spent: Spent,
    voucher: Upload,
    *,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Expense:
    """Write an expense down. Nobody but the freelancer's side sees it until it is invoiced.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises NotAllowed: the contract has no invoices, or the figures or the voucher are none.
    """
    contract = _lock(contract_id, by)
    form = sent(by, "expense.add", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.expenses.get(ref__in=form.made)
    _check(contract, spent, at=at)
    expense = Expense.objects.create(
        contract=contract,
        by=by,
        voucher=_keep(voucher, contract, at=at),
        created_at=at,
        **spent.columns(),
    )
    return form.answer(expense)


@transaction.atomic
def change(
    expense_id: int, spent: Spent, voucher: Upload | None, *, by: User, at: datetime
) -> Expense:
    """Put other figures, and another voucher if there is one, in place of those it has.

    :raises WrongState: it is on an invoice, or was removed.
    """
    expense = _lock_open(expense_id, by)
    _check(expense.contract, spent, at=at)
    for name, value in spent.columns().items():
        setattr(expense, name, value)
    if voucher:
        expense.voucher = _keep(voucher, expense.contract, at=at)
    expense.save()
    return expense


@transaction.atomic
def remove(expense_id: int, *, by: User, at: datetime) -> Expense:
    """Take an expense off the list. It is kept, with its voucher, for whoever asks later."""
    expense = _lock_open(expense_id, by)
    expense.removed_at = at
    expense.save(update_fields=["removed_at"])
    return expense


@transaction.atomic
def invoice(
    contract_id: int,
    refs: Collection[str],
    *,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Put those expenses on one invoice, a line each. The client sees it once it is submitted.

    :raises NotAllowed: none was chosen, or one of them is on an invoice already.
    """
    contract = _lock(contract_id, by)
    form = sent(by, "expense.invoice", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.invoices.get(ref__in=form.made)
    chosen = contract.expenses.lock_all(refs)
    if not chosen or len(chosen) < len(set(refs)):
        raise NotAllowed("Choose the expenses that the invoice is for.")
    for expense in chosen:
        _refuse_unless_open(expense)
    chosen.sort(key=lambda each: (each.spent_on, each.pk))
    made = writing.begin(
        contract, written_expenses(contract, chosen), source=Invoice.Source.EXPENSES, at=at
    )
    for expense in chosen:
        expense.invoice = made
    Expense.objects.bulk_update(chosen, ["invoice"])
    return form.answer(made)


def _lock(contract_id: int, by: User) -> Contract:
    contract = Contract.objects.lock(contract_id)
    if not may(by, Deed.WORK, contract.freelancer):
        raise NotYours(f"It is not for {by} to write down expenses of {contract.freelancer}.")
    return contract


def _lock_open(expense_id: int, by: User) -> Expense:
    contract_id = Expense.objects.values_list("contract_id", flat=True).get(pk=expense_id)
    contract = _lock(contract_id, by)
    expense = Expense.objects.lock(expense_id)
    expense.contract = contract
    _refuse_unless_open(expense)
    return expense


def _refuse_unless_open(expense: Expense) -> None:
    if expense.removed_at:
        raise WrongState(f"“{expense}” was removed.")
    if expense.invoice_id:
        raise WrongState(f"“{expense}” is on an invoice. Withdraw that to change it.")


def _check(contract: Contract, spent: Spent, *, at: datetime) -> None:
    if contract.state not in BILLABLE:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}: it has no expenses.")
    if currency_of(spent.gross) != contract.currency:
        raise NotAllowed(f"{contract} is in {contract.currency}, and so are its expenses.")
    most = about(MOST_PAID, contract.currency)
    if not zero(contract.currency) < spent.gross <= most:
        raise NotAllowed(f"An expense is more than nothing and at most {show(most)}.")
    if not 0 <= spent.tax_bps <= 5_000:  # noqa: PLR2004 - half, more than any country takes
        raise NotAllowed("VAT is at most 50 %.")
    if not at.date() - OLDEST <= spent.on <= at.date():
        raise NotAllowed("An expense was paid within the last year, and not in the future.")


def _keep(voucher: Upload, contract: Contract, *, at: datetime) -> File:
    if Path(voucher.name).suffix.lower() not in KINDS:
        raise NotAFile("A receipt is a PDF, a PNG or a JPEG file.")
    return files.upload(
        voucher.content,
        name=voucher.name,
        content_type=voucher.content_type,
        owner=contract.freelancer_id,
        at=at,
    )

"""Expenses, invoices and the documents that come of them."""

from __future__ import annotations

from tests.security.declared.sides import THE_OWNER, WRITING
from tests.security.doors import Door
from tests.security.personas import (
    APPROVING,
    CLIENTS,
    DELIVERING,
    FREELANCERS,
    FUNDING,
    MEMBERS,
    PARTIES,
    WITHDRAWING,
    WORKING,
    P,
)

INVOICES = {
    "expenses": Door(see=WORKING),
    "expense-new": Door(
        see=DELIVERING | {P.OTHER_FREELANCER},
        do=DELIVERING,
        on="expense-new?contract={active contract}",
        values={"merchant": "Rail", "gross": "80.00", "category": "travel"},
    ),
    "expense": Door(
        see=FREELANCERS,
        do=DELIVERING,
        of=("expense", "invoiced expense"),
        circle=FREELANCERS,
        values={"merchant": "Railway"},
    ),
    "expense-removal": Door(do=DELIVERING, of=("expense", "invoiced expense"), circle=FREELANCERS),
    "expense-invoice": Door(do=DELIVERING, on="expenses"),
    "invoices": Door(see=MEMBERS),
    "invoices-approval": Door(
        see=MEMBERS, do=APPROVING, on="invoices-approval?chosen={submitted invoice}"
    ),
    "invoice-filter-new": Door(do=MEMBERS, values={"name": "Large ones", "query": "at_least=900"}),
    "invoice-filter-removal": Door(do=THE_OWNER, of=("saved filter",), circle=THE_OWNER),
    "invoice": Door(see=PARTIES, of=("submitted invoice", "returned invoice", "paid invoice")),
    "invoice-approval": Door(
        see=PARTIES,
        do=APPROVING,
        of=("submitted invoice", "returned invoice", "paid invoice"),
    ),
    "invoice-new": Door(
        see=WRITING,
        do=DELIVERING,
        on="invoice-new?contract={active contract}",
        values={"title": "A day", "l1-description": "A day on site", "l1-unit_price": "100.00"},
    ),
    "invoice-cost": Door(do=DELIVERING, body={"contract": "active contract"}, keeps=True),
    "invoice-lines": Door(
        see=DELIVERING, do=DELIVERING, of=("written invoice", "sent written invoice")
    ),
    "invoice-submission": Door(
        see=DELIVERING,
        do=DELIVERING,
        of=("written invoice", "sent written invoice"),
        values={"message": "As we agreed."},
    ),
    "invoice-template": Door(
        see=DELIVERING,
        do=DELIVERING,
        of=("written invoice",),
        values={"name": "The usual day"},
    ),
    "invoice-template-removal": Door(do=DELIVERING, of=("invoice template",), circle=FREELANCERS),
    "invoice-late-fee-waiver": Door(of=("submitted invoice",), circle=PARTIES),
    "invoice-part": Door(see=PARTIES, of=("submitted invoice", "paid invoice")),
    "invoice-changes": Door(
        see=PARTIES,
        do=APPROVING,
        of=("submitted invoice", "returned invoice", "paid invoice"),
        values={"reason": "Please add a dark version."},
    ),
    "invoice-withdrawal": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("submitted invoice", "paid invoice"),
    ),
    "invoice-payment": Door(see=PARTIES, do=FUNDING, of=("owed invoice", "paid invoice")),
    "invoice-payment-quotes": Door(
        do=FUNDING, of=("dollar invoice",), on="invoice-payment/dollar invoice"
    ),
    "invoice-credit": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("paid invoice", "submitted invoice"),
        values={"line_1": "10.00", "reason": "One icon less"},
    ),
    "invoice-correction": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("paid invoice", "submitted invoice"),
        values={"purchase_order": "PO-9", "line_1": "Logo", "reason": "No purchase order"},
    ),
    "invoice-write-off": Door(
        see=PARTIES,
        do=WITHDRAWING,
        of=("owed invoice", "paid invoice"),
        values={"reason": "They are bankrupt"},
    ),
    "write-off-confirmation": Door(
        do=WITHDRAWING - {P.FREELANCER},
        of=("write-off",),
        on="invoice/given up invoice",
        circle=FREELANCERS,
    ),
    "write-off-refusal": Door(
        do=WITHDRAWING, of=("write-off",), on="invoice/given up invoice", circle=FREELANCERS
    ),
    "credit-note-pdf": Door(see=PARTIES, of=("credit note",)),
    "credit-note-data": Door(see=PARTIES, of=("credit note",)),
    "fee-credit-note-pdf": Door(see=CLIENTS, of=("client fee credit note",), circle=CLIENTS),
    "invoice-pdf": Door(see=PARTIES, of=("paid invoice",)),
    "invoice-data": Door(see=PARTIES, of=("paid invoice",)),
    "fee-invoice-data": Door(see=CLIENTS, of=("client fee invoice",), circle=CLIENTS),
    "invoice-trail": Door(see=PARTIES, of=("paid invoice", "submitted invoice")),
    "receipt-pdf": Door(see=CLIENTS, of=("deposit receipt",), circle=CLIENTS),
    "payment-receipt": Door(see=CLIENTS, of=("succeeded charge",), circle=CLIENTS),
    "payout-advice": Door(see=FREELANCERS, of=("sent payout",), circle=FREELANCERS),
    "fee-invoice-pdf": Door(see=CLIENTS, of=("client fee invoice",), circle=CLIENTS),
}

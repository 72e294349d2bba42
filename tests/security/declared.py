"""Every address of the product, and who may look and act there. Who adds one declares it here."""

from __future__ import annotations

from tests.security.declared_by_others import ACCOUNTS, DESK
from tests.security.doors import Door
from tests.security.personas import (
    APPROVING,
    CLIENTS,
    DELIVERING,
    EVERYBODY,
    FREELANCERS,
    FUNDING,
    MEMBERS,
    OWNERS,
    PARTIES,
    PAYING,
    SIGNED_IN,
    STAFF,
    WITHDRAWING,
    WORKING,
    P,
)

ADDRESS = {
    "name": "Alder Studio", "street": "Ahornweg 3", "city": "Bonn", "country": "DE",
    "document_language": "de",
}  # fmt: skip
CONTRACTS = ("offered contract", "active contract", "declined contract", "paused contract")
OFFERING = {P.CLIENT_OWNER, P.CLIENT_APPROVER}
THE_OWNER = {P.CLIENT_OWNER}
WRITING = DELIVERING | {P.OTHER_FREELANCER}

ENTRANCE = {
    "landing": Door(see=EVERYBODY),
    "health": Door(see=EVERYBODY, is_for_all=True),
    "health-money": Door(see=EVERYBODY, is_for_all=True),
    "verify": Door(see=EVERYBODY, of=("verification",), parameter="code", circle=EVERYBODY),
    "verify-form": Door(see=EVERYBODY, do=EVERYBODY, keeps=True),
    "sandbox-checkout": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("payment page",),
        parameter="session_id",
        circle=EVERYBODY,
        values={"outcome": "4242"},
    ),
    "sandbox-setup": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("setup page",),
        parameter="session_id",
        circle=EVERYBODY,
        values={"outcome": "4242"},
    ),
    "sandbox-onboarding": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("onboarding page",),
        parameter="link_id",
        circle=EVERYBODY,
        values={"bank_name": "Example Bank", "last4": "1234", "behavior": "pays"},
    ),
    "sandbox-dashboard": Door(
        see=EVERYBODY, of=("dashboard link",), parameter="login_id", circle=EVERYBODY
    ),
    "sandbox-transfer": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("sandbox customer",),
        parameter="customer_id",
        circle=EVERYBODY,
        values={"currency": "EUR", "amount": "1.00", "reference": "A gift"},
    ),
    "sandbox-file": Door(
        see=EVERYBODY, of=("sandbox file",), parameter="file_id", circle=EVERYBODY
    ),
    "demo-mail": Door(see=EVERYBODY, circle=EVERYBODY),
    "demo-trouble": Door(see=EVERYBODY, do=EVERYBODY, circle=EVERYBODY, values={"doubles": "on"}),
    "demo-clock": Door(do=EVERYBODY, on="landing", values={"days": "1"}),
    "theme": Door(
        do=EVERYBODY, on="landing", values={"theme": "dark"}, keeps=True, is_for_all=True
    ),
    "hook": Door(fills={"gateway": "sandbox", "scope": "platform"}, by_itself=True),
}
PEOPLE = {
    "home": Door(see=MEMBERS),
    "search": Door(see=MEMBERS),
    "onboarding": Door(
        see=SIGNED_IN,
        do=SIGNED_IN - STAFF,
        is_open_inside=True,
        values={
            "kind": "client",
            "name": "Elm Press",
            "country": "DE",
            "currency": "EUR",
            "taxed_as": "business",
        },
    ),
    "acting-for": Door(
        do=CLIENTS,
        body={"organization": "client"},
        is_open_inside=True,
        keeps=True,
    ),
    "seeing-end": Door(by_itself=True, is_open_inside=True),
    "profile": Door(
        see=SIGNED_IN, do=SIGNED_IN, values={"name": "Somebody Else", "time_zone": "Europe/Rome"}
    ),
    "personal-data": Door(see=SIGNED_IN, do=SIGNED_IN),
    "personal-data-file": Door(
        see=THE_OWNER, of=("data of the owner",), circle=THE_OWNER, is_open_inside=True
    ),
    "erasure": Door(see=SIGNED_IN, is_open_inside=True),
    "organization": Door(see=MEMBERS),
    "organization-address": Door(see=OWNERS, do=OWNERS, values=ADDRESS),
    "organization-looks": Door(see=WORKING, do=WORKING & OWNERS, values={"color": "#123456"}),
    "organization-tax": Door(see=OWNERS, do=OWNERS, values={"kind": "private", "vat_id": ""}),
    "organization-numbering": Door(
        see=MEMBERS, do=OWNERS - {P.FREELANCER}, values={"series_code": "NEW"}
    ),
    "number-pattern": Door(
        see=WORKING,
        do=WORKING & OWNERS,
        fills={"kind": "credit_note"},
        values={"pattern": "R-{year}-{number}", "restarts": "yes"},
    ),
    "number-report": Door(see=MEMBERS),
    "organization-approvals": Door(
        see=THE_OWNER | {P.OTHER_CLIENT}, do=THE_OWNER, circle=PAYING, values={"amount": "500.00"}
    ),
    "delegation-new": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING,
        values={"first_day": "2030-03-01", "last_day": "2030-03-14"},
        body={"stands_in": "client's second approver"},
    ),
    "delegation-end": Door(do=THE_OWNER, of=("delegation",), circle=CLIENTS),
    "invitation-new": Door(
        see=OWNERS, do=OWNERS, values={"email": "guest@example.org", "role": "viewer"}
    ),
    "invitation-withdrawal": Door(do=THE_OWNER, of=("invitation",), circle=CLIENTS),
    "member-role": Door(
        see=CLIENTS,
        do=THE_OWNER,
        of=("client's viewer",),
        circle=CLIENTS,
        values={"role": "finance"},
    ),
    "member-end": Door(
        see=CLIENTS, do=THE_OWNER | {P.CLIENT_VIEWER}, of=("client's viewer",), circle=CLIENTS
    ),
    "invitation": Door(
        see=EVERYBODY,
        do={P.NEWCOMER},
        is_open_inside=True,
        of=("letter to the newcomer",),
        parameter="token",
        circle=EVERYBODY,
    ),
    "invitation-acceptance": Door(
        do={P.NEWCOMER},
        is_open_inside=True,
        of=("invitation of the newcomer",),
        circle={P.NEWCOMER},
    ),
    "notifications": Door(see=MEMBERS),
    "notifications-reading": Door(do=MEMBERS),
    "file": Door(see=PARTIES, of=("delivered file",), is_open_inside=True),
}
PAYMENTS = {
    "payments": Door(see=PAYING),
    "bank-transfers": Door(see=PAYING, do=FUNDING | {P.OTHER_CLIENT}),
    "payment": Door(see=CLIENTS, of=("begun charge", "succeeded charge"), circle=CLIENTS),
    "payment-page": Door(
        do=FUNDING, of=("begun charge", "succeeded charge"), circle=CLIENTS, keeps=True
    ),
    "credit-return": Door(
        see=FUNDING | {P.OTHER_CLIENT},
        do=FUNDING,
        fills={"currency": "EUR"},
        values={"amount": "5.00"},
    ),
    "refund-attempt": Door(
        do=FUNDING, on="payment/failed refund's payment", of=("failed refund",), circle=CLIENTS
    ),
    "refund-credit": Door(
        do=FUNDING,
        on="payment/other failed refund's payment",
        of=("other failed refund",),
        circle=CLIENTS,
    ),
    "payment-attempt": Door(
        do=FUNDING,
        on="payment/collected charge",
        of=("collected charge", "succeeded charge"),
        circle=CLIENTS,
    ),
    "methods": Door(see=PAYING),
    "method-new": Door(do=FUNDING | {P.OTHER_CLIENT}, on="methods"),
    "charge-currency": Door(see=PAYING, do=FUNDING | {P.OTHER_CLIENT}, values={"currency": "own"}),
    "method-primary": Door(do=FUNDING, on="methods", of=("backup method",), circle=CLIENTS),
    "method-place": Door(do=FUNDING, on="methods", of=("last method",), circle=CLIENTS),
    "method-removal": Door(do=FUNDING, on="methods", of=("backup method",), circle=CLIENTS),
    "earnings": Door(see=WORKING),
    "payouts": Door(see=WORKING),
    "payout-new": Door(
        see=WITHDRAWING | {P.OTHER_FREELANCER},
        do=WITHDRAWING,
        on="payout-new?amount=120.00&method={payout method}",
        asks=True,
    ),
    "restriction": Door(see=FREELANCERS, of=("restriction",), circle=FREELANCERS),
    "restriction-appeal": Door(
        do={P.FREELANCER},
        on="restriction/restriction",
        of=("restriction",),
        circle=FREELANCERS,
        values={"words": "It was not us who did that."},
    ),
    "payout-schedule": Door(
        see=WORKING,
        do=WITHDRAWING,
        values={"rhythm": "weekly", "minimum": "100.00"},
        body={"method": "payout method"},
        asks=True,
    ),
    "quotes": Door(
        do=WITHDRAWING,
        on="payout-new?amount=10.00&currency=EUR&method={dollar bank}",
    ),
    "quote": Door(
        see=WITHDRAWING,
        do=WITHDRAWING,
        of=("open quote",),
        circle=FREELANCERS,
        asks=True,
    ),
    "payout-methods": Door(see=WORKING),
    "payout-method-new": Door(do=WITHDRAWING | {P.OTHER_FREELANCER}, asks=True),
    "payout-dashboard": Door(do=WITHDRAWING | {P.OTHER_FREELANCER}, asks=True),
    "payout-method-removal": Door(
        do=WITHDRAWING, of=("payout method",), circle=FREELANCERS, asks=True
    ),
    "payout": Door(
        see=FREELANCERS, of=("requested payout", "cancelled payout"), circle=FREELANCERS
    ),
    "payout-cancellation": Door(
        do=WITHDRAWING, of=("requested payout", "cancelled payout"), circle=FREELANCERS
    ),
}
RECORDS = {
    "records": Door(see=MEMBERS),
    "statements": Door(see=MEMBERS),
    "statement-pdf": Door(see=MEMBERS),
    "summary": Door(see=MEMBERS, do=MEMBERS),
    "collective": Door(see=CLIENTS, of=("collective statement",), circle=CLIENTS),
    "collective-pdf": Door(see=CLIENTS, of=("collective statement",), circle=CLIENTS),
    "totals": Door(see=MEMBERS),
    "export-papers": Door(see=MEMBERS, do=MEMBERS),
    "tax-year": Door(see=MEMBERS, do=MEMBERS, fills={"year": "2026"}),
    "certificates": Door(see=MEMBERS, do=MEMBERS),
    "certificate-pdf": Door(see=CLIENTS, of=("certificate",), circle=CLIENTS),
    "exports": Door(see=MEMBERS, do=MEMBERS, values={"format": "csv"}),
    "export": Door(see=CLIENTS, of=("running export", "finished export"), circle=CLIENTS),
    "export-file": Door(see=CLIENTS, of=("finished export",), circle=CLIENTS),
    "export-cancel": Door(do=CLIENTS, of=("running export", "finished export"), circle=CLIENTS),
    "record": Door(see=CLIENTS, of=("record of the client",), parameter="number", circle=CLIENTS),
    "record-filter-new": Door(do=MEMBERS, values={"name": "March", "query": "since=2026-03-01"}),
    "record-filter-removal": Door(
        do=THE_OWNER, of=("saved filter of the records",), circle=THE_OWNER
    ),
}
WORK = {
    "contracts": Door(see=MEMBERS),
    "contract-new": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING | {P.OTHER_CLIENT},
        values={
            "freelancer": "freelancer@example.org",
            "title": "Posters",
            "m1-title": "Four drafts",
            "m1-price": "400.00",
        },
    ),
    "contract-cost": Door(do=OFFERING | {P.OTHER_CLIENT}, keeps=True),
    "contract-new-hourly": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING | {P.OTHER_CLIENT},
        values={
            "freelancer": "freelancer@example.org",
            "title": "Support desk",
            "rate": "50.00",
            "limit": "20",
        },
    ),
    "contract-cost-hourly": Door(do=OFFERING | {P.OTHER_CLIENT}, keeps=True),
    "contract-new-retainer": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING | {P.OTHER_CLIENT},
        values={
            "freelancer": "freelancer@example.org",
            "title": "Advice",
            "amount": "3000.00",
        },
    ),
    "contract-cost-retainer": Door(do=OFFERING | {P.OTHER_CLIENT}, keeps=True),
    "contract-limit": Door(
        see=PARTIES, do=OFFERING, of=("hourly contract",), values={"limit": "30"}
    ),
    "contract-late-fee": Door(see=PARTIES, of=("offered contract", "active contract")),
    "contract-rate": Door(
        see=PARTIES,
        do=OFFERING,
        of=("hourly contract",),
        values={"rate": "60.00", "when": "monday"},
    ),
    "contract-rate-proposal": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("tracked contract", "hourly contract"),
        values={"rate": "70.00", "reason": "Two years have passed."},
    ),
    "rate-proposal": Door(see=PARTIES, of=("rate proposal", "withdrawn rate proposal")),
    "rate-proposal-acceptance": Door(
        do=OFFERING,
        on="rate-proposal/rate proposal",
        of=("rate proposal", "withdrawn rate proposal"),
    ),
    "rate-proposal-refusal": Door(
        see=PARTIES,
        do=OFFERING,
        of=("rate proposal", "withdrawn rate proposal"),
        values={"reason": "Not this year."},
    ),
    "rate-proposal-withdrawal": Door(
        do=DELIVERING, of=("rate proposal", "withdrawn rate proposal")
    ),
    "contract-manual-time": Door(do=OFFERING, of=("tracked contract", "hourly contract")),
    "contract-manual-time-end": Door(do=OFFERING, of=("hourly contract", "tracked contract")),
    "week": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("hourly contract",),
        fills={"monday": "monday of the time"},
        body={name: f"{name} of new time" for name in ("day", "start", "end", "op_id")},
    ),
    "time-entry": Door(
        see=PARTIES, do={P.FREELANCER}, of=("time",), values={"memo": "What was done"}
    ),
    "time-activity": Door(
        do=OFFERING | {P.FREELANCER}, of=("time",), values={"activity": "support"}
    ),
    "time-removal": Door(do={P.FREELANCER}, of=("time",)),
    "timer": Door(
        see=WORKING,
        do=DELIVERING - {P.FREELANCER},
        body={"contract": "hourly contract", "op_id": "op_id of new time"},
    ),
    "timer-stop": Door(do={P.FREELANCER}, of=("running timer",), circle={P.FREELANCER}),
    "timer-discard": Door(do={P.FREELANCER}, of=("running timer",), circle={P.FREELANCER}),
    "contract": Door(see=PARTIES, of=CONTRACTS),
    "contract-offer": Door(see=CLIENTS, do=OFFERING, of=("draft contract",), circle=CLIENTS),
    "contract-acceptance": Door(see=PARTIES, do=DELIVERING, of=CONTRACTS),
    "contract-refusal": Door(see=PARTIES, do=DELIVERING, of=CONTRACTS),
    "contract-withdrawal": Door(see=PARTIES, do=OFFERING, of=CONTRACTS),
    "contract-discard": Door(do=OFFERING, of=("draft contract",), circle=CLIENTS),
    "contract-pause": Door(do=OFFERING, of=("active contract", "paused contract")),
    "contract-resumption": Door(do=OFFERING, of=("paused contract", "active contract")),
    "contract-project": Door(
        see=CLIENTS,
        do=OFFERING,
        of=("active contract",),
        body={"project": "project"},
    ),
    "projects": Door(see=PAYING),
    "project-new": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING | {P.OTHER_CLIENT},
        values={"name": "Elm", "code": "E-1", "currency": "EUR"},
    ),
    "project": Door(see=CLIENTS, of=("project",), circle=CLIENTS),
    "project-names": Door(
        see=CLIENTS, do=OFFERING, of=("project",), circle=CLIENTS, values={"name": "Elm"}
    ),
    "project-closure": Door(do=OFFERING, of=("project", "closed project"), circle=CLIENTS),
    "project-opening": Door(do=OFFERING, of=("closed project", "project"), circle=CLIENTS),
    "budget-new": Door(
        see=CLIENTS,
        do=FUNDING,
        of=("project",),
        circle=CLIENTS,
        values={"period": "year", "money": "900.00", "is_hard": "no"},
    ),
    "project-plan": Door(see=CLIENTS, of=("planned project",), circle=CLIENTS),
    "project-plan-import": Door(  # a table is looked at first: tried in tests/invoices
        see=CLIENTS, of=("planned project",), circle=CLIENTS
    ),
    "allocation": Door(
        see=CLIENTS,
        do=OFFERING,
        of=("planned contract",),
        fills={"person": "worker of the plan"},
        circle=CLIENTS,
        values={"week_1": "10"},
    ),
    "budget": Door(
        see=CLIENTS,
        do=FUNDING,
        of=("budget",),
        circle=CLIENTS,
        values={"money": "900.00", "is_hard": "no"},
    ),
    "budget-removal": Door(do=FUNDING, of=("budget",), circle=CLIENTS),
    "contract-end": Door(see=PARTIES, do=OFFERING | DELIVERING, of=("active contract",)),
    "contract-bonus": Door(
        see=PARTIES,
        do=APPROVING | DELIVERING,
        of=("active contract", "declined contract"),
        on="contract-bonus/active contract?amount=100.00",
        values={"words": "For the quick turn."},
    ),
    "milestone": Door(
        see=PARTIES, of=("planned milestone", "funding milestone", "funded milestone")
    ),
    "milestone-cancellation": Door(do=OFFERING, of=("planned milestone", "funded milestone")),
    "milestone-funding": Door(
        see=PARTIES, do=FUNDING, of=("planned milestone", "funded milestone")
    ),
    "milestone-funding-quotes": Door(
        do=FUNDING, of=("dollar milestone",), on="milestone-funding/dollar milestone"
    ),
    "milestone-delivery": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("funded milestone", "planned milestone", "delivered milestone"),
        values={"message": "It is done."},
    ),
    "refund-request-new": Door(
        see=PARTIES,
        do=OFFERING,
        of=("funded milestone", "planned milestone", "delivered milestone"),
        on="refund-request-new/funded milestone?keeps_{funded milestone}=400.00",
    ),
    "milestone-payment": Door(
        see=PARTIES,
        do=OFFERING,
        of=("funded milestone", "planned milestone", "delivered milestone"),
    ),
    "invoice-refund-request": Door(
        see=PARTIES,
        do=OFFERING,
        of=("paid invoice", "submitted invoice"),
        values={"amount": "10.00", "reason": "It does not open."},
    ),
    "refund-request": Door(see=PARTIES, of=("asked refund request", "granted refund request")),
    "refund-request-consent": Door(
        do=DELIVERING,
        on="refund-request/asked refund request",
        of=("asked refund request", "granted refund request"),
    ),
    "refund-request-refusal": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("asked refund request", "granted refund request"),
        values={"reason": "It is nearly done."},
    ),
    "refund-request-mediation": Door(
        see=PARTIES,
        do=OFFERING | DELIVERING,
        of=("refused request", "granted refund request"),
    ),
    "refund-request-agreement": Door(
        see=PARTIES,
        do=DELIVERING,
        of=("mediated request", "granted refund request"),
        values={"amount": "10.00"},
    ),
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
QUESTIONS = ("open question", "closed question")
CASES = ("open dispute", "withdrawn dispute")
SPEAKING = OFFERING | DELIVERING
DISPUTES = {
    "disputes": Door(see=MEMBERS),
    "dispute-new": Door(
        see=MEMBERS,
        do=SPEAKING,
        on="dispute-new?invoice={submitted invoice}&figure=400.00",
        values={"reason": "other", "words": "It is not what we agreed on."},
    ),
    "dispute": Door(see=PARTIES, of=CASES),
    "dispute-file": Door(see=PARTIES, of=CASES),
    "dispute-offer": Door(
        see=PARTIES, do=SPEAKING, of=CASES, on="dispute-offer/open dispute?figure=500.00"
    ),
    "dispute-offer-acceptance": Door(
        see=PARTIES, do=DELIVERING, of=("open dispute",), fills={"offer": "standing offer"}
    ),
    "dispute-withdrawal": Door(see=PARTIES, do=OFFERING, of=CASES),
    "dispute-message": Door(
        do=SPEAKING, of=CASES, on="dispute/open dispute", values={"text": "Look again."}
    ),
    "dispute-evidence": Door(
        do=SPEAKING, of=CASES, on="dispute/open dispute", values={"description": "A file"}
    ),
    "dispute-mediation": Door(see=PARTIES, do=SPEAKING, of=CASES),
    "dispute-question": Door(of=CASES),
    "dispute-proposal-answer": Door(see=PARTIES, of=CASES, values={"answer": "accepted"}),
    "dispute-appeal": Door(see=PARTIES, of=CASES, values={"words": "This was overlooked."}),
    "dispute-arbitration": Door(see=PARTIES, of=CASES, values={"bench": "panel"}),
    "admin:disputes_dispute_desk": Door(see=STAFF, of=CASES, circle=STAFF, is_desk=True),
    **{
        f"admin:disputes_dispute_{noun}": Door(see=STAFF, of=CASES, circle=STAFF, is_desk=True)
        for noun in (
            "file",
            "handing-over",
            "question",
            "message",
            "settlement",
            "discontinuance",
            "award",
        )
    },
    **{  # what only a mediator of the case, or a second one, can do; tried in tests/disputes
        f"admin:disputes_dispute_{noun}": Door(of=CASES, circle=STAFF, is_desk=True)
        for noun in ("taking", "confirmation", "refusal")
    },
    "admin:disputes_standardtext_writing": Door(
        see=STAFF,
        do={P.SUPERUSER},
        circle=STAFF,
        is_desk=True,
        values={"purpose": "ruling", "title": "Half of it", "text": "{figure} of {at_stake}."},
    ),
    "admin:disputes_standardtext_rewriting": Door(
        see=STAFF,
        do={P.SUPERUSER},
        of=("standard text",),
        circle=STAFF,
        is_desk=True,
        values={"title": "What was done", "text": "What of {work} was done?"},
    ),
    "admin:disputes_standardtext_retirement": Door(
        do={P.SUPERUSER},
        of=("standard text",),
        circle=STAFF,
        is_desk=True,
        on="admin:disputes_standardtext_rewriting/standard text",
    ),
    "support": Door(
        see=SIGNED_IN,
        do=SIGNED_IN,
        is_open_inside=True,
        values={"subject": "A question", "text": "Where is it?"},
    ),
    "ticket": Door(see=THE_OWNER, of=QUESTIONS, circle=THE_OWNER, is_open_inside=True),
    "ticket-message": Door(
        do=THE_OWNER,
        on="ticket/open question",
        of=QUESTIONS,
        circle=THE_OWNER,
        is_open_inside=True,
        values={"text": "And now?"},
    ),
    "ticket-closing": Door(do=THE_OWNER, of=QUESTIONS, circle=THE_OWNER, is_open_inside=True),
    "admin:disputes_ticket_thread": Door(
        see=STAFF,
        do=STAFF,
        of=QUESTIONS,
        circle=STAFF,
        is_desk=True,
        values={"text": "It is here."},
    ),
    "admin:disputes_goodwill_giving": Door(see=STAFF, of=QUESTIONS, circle=STAFF, is_desk=True),
    "admin:disputes_ticket_closing": Door(do=STAFF, of=QUESTIONS, circle=STAFF, is_desk=True),
}
DOORS: dict[str, Door] = {
    **ACCOUNTS,
    **DESK,
    **ENTRANCE,
    **PEOPLE,
    **PAYMENTS,
    **RECORDS,
    **WORK,
    **DISPUTES,
}

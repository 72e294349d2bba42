"""Contracts, their hours, projects and milestones."""

from __future__ import annotations

from tests.security.declared.sides import OFFERING
from tests.security.doors import Door
from tests.security.personas import (
    APPROVING,
    CLIENTS,
    DELIVERING,
    FUNDING,
    MEMBERS,
    PARTIES,
    PAYING,
    WORKING,
    P,
)

CONTRACTS = ("offered contract", "active contract", "declined contract", "paused contract")

CONTRACTED = {
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
}

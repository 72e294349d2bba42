"""Money on its way in and out."""

from __future__ import annotations

from tests.security.doors import Door
from tests.security.personas import CLIENTS, FREELANCERS, FUNDING, PAYING, WITHDRAWING, WORKING, P

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
    "payment-cancellation": Door(
        do=FUNDING,
        on="payment/promised charge",
        of=("promised charge", "succeeded charge"),
        circle=CLIENTS,
    ),
    "methods": Door(see=PAYING),
    "method-new": Door(do=FUNDING | {P.OTHER_CLIENT}, on="methods"),
    "charge-currency": Door(see=PAYING, do=FUNDING | {P.OTHER_CLIENT}, values={"currency": "own"}),
    "method-primary": Door(do=FUNDING, on="methods", of=("backup method",), circle=CLIENTS),
    "method-place": Door(do=FUNDING, on="methods", of=("last method",), circle=CLIENTS),
    "method-removal": Door(do=FUNDING, on="methods", of=("backup method",), circle=CLIENTS),
    "earnings": Door(see=WORKING),
    "debt": Door(
        see=WITHDRAWING | {P.OTHER_FREELANCER},
        do=WITHDRAWING,
        fills={"currency": "SEK"},
    ),
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

"""What Stripe takes for itself says what for in words only."""

from __future__ import annotations

from tests.contract.examples import listed
from tests.payments.stripe import objects
from tests.payments.stripe.provider import Provider
from tests.payments.stripe.requested import NOON

SAID = {
    "Connect (2026-03-01 - 2026-03-31): Payout Fee": "payout_fee",
    "Connect (2026-03-01 - 2026-03-31): Instant Payouts": "payout_fee",
    "Connect (2026-03-01 - 2026-03-31): Account Volume Billing": "payout_fee",
    "Card Dispute Countered Fee": "dispute_fee",
    "Radar (2026-03-01): Radar for Fraud Teams": "fee",
    None: "fee",
}


def test_what_stripe_asks_for_by_itself_says_what_for() -> None:
    asked = [
        objects.booked(
            id=f"txn_{number}",
            type="stripe_fee",
            reporting_category="fee",
            source=None,
            description=words,
            amount=-47,
            fee=0,
            net=-47,
        )
        for number, words in enumerate(SAID)
    ]
    provider = Provider({"GetBalanceTransactions": listed(*asked)})

    lines = list(provider.gateway.list_balance_transactions(NOON))

    assert [(each.kind, each.source_id, each.amount) for each in lines] == [
        (kind, "", -47) for kind in SAID.values()
    ]

"""Which events each endpoint is told of: what was never promised to come is never missed.

`docs/operating.md` has whoever sets up the endpoints subscribe to the same.
"""

from __future__ import annotations

from payments.gateways.words import Scope


def _each(*named: str) -> frozenset[str]:
    """From `transfer: created updated` to the names of two events."""
    found = set()
    for line in named:
        stem, _, ends = line.partition(": ")
        found |= {f"{stem}.{end}" for end in ends.split()}
    return frozenset(found)


SUBSCRIBED = {
    Scope.PLATFORM: _each(
        "checkout.session: completed async_payment_succeeded async_payment_failed expired",
        "payment_intent: processing succeeded payment_failed canceled requires_action",
        "payment_intent: partially_funded",
        "setup_intent: succeeded setup_failed",
        "charge: succeeded updated failed",
        "refund: created updated failed",
        "charge.dispute: created updated closed funds_withdrawn funds_reinstated",
        "radar.early_fraud_warning: created",
        "transfer: created updated reversed",
        "payment_method: attached updated automatically_updated detached",
        "mandate: updated",
        "topup: failed reversed canceled",
        "balance: available",
        "customer_cash_balance_transaction: created",
    ),
    Scope.CONNECT: _each(
        "account: updated",
        "capability: updated",
        "account.external_account: created updated deleted",
        "person: created updated deleted",
        "account.application: deauthorized",
        "payout: created updated paid failed canceled",
        "balance: available",
    ),
}

"""What the provider says in codes, said to people."""

from __future__ import annotations

from typing import Any

WALLETS = {"apple_pay": "Apple Pay", "google_pay": "Google Pay", "link": "Link"}
DEBITS = {
    "us_bank_account": "Bank debit (ACH)",
    "sepa_debit": "SEPA debit",
    "bacs_debit": "Bacs debit",
}
OTHER_WAYS = {"customer_balance": "Bank transfer", "link": "Link"}
REFUND_PROBLEMS = {
    "lost_or_stolen_card": "The card that was paid with was reported as lost or stolen.",
    "expired_or_canceled_card": "The card that was paid with is closed.",
    "charge_for_pending_refund_disputed": "The payment is disputed, so its bank decides.",
    "insufficient_funds": "Our balance did not hold the sum.",
    "declined": "The bank did not take it.",
    "merchant_request": "It was called off.",
}
PAYEE_PROBLEMS = {
    "requirements.past_due": "Details that are asked for are overdue.",
    "requirements.pending_verification": "Your details are being checked.",
    "action_required.requested_capabilities": "Details are missing before you can be paid.",
    "under_review": "Your account is being reviewed.",
    "listed": "Your account is being reviewed.",
    "platform_paused": "Payouts to you are paused. Please ask us.",
}
LET_GO = "Your account at the provider is not connected with us any more. Please ask us."
REJECTED = "The payment provider does not accept this account. Please ask us."


def method(details: Any) -> str:
    """Return how somebody paid, such as “Visa •••• 4242”, of what a charge tells."""
    if details is None:
        return ""
    used = getattr(details, details.type, None)
    last4 = getattr(used, "last4", None)
    ending = f" •••• {last4}" if last4 else ""
    if details.type == "card":
        card = f"{(getattr(used, 'brand', None) or 'card').capitalize()}{ending}"
        wallet = getattr(getattr(used, "wallet", None), "type", "")
        return f"{WALLETS[wallet]}, {card}" if wallet in WALLETS else card
    if details.type in DEBITS:
        return f"{DEBITS[details.type]}{ending}"
    return OTHER_WAYS.get(details.type) or details.type.replace("_", " ").capitalize()


def saved(kind: str, details: Any) -> str:
    """Return what to call a saved way to pay, such as “Visa”, before its last digits."""
    brand = getattr(details, "display_brand", None) or getattr(details, "brand", None)
    if kind == "card":
        return (brand or "card").replace("_", " ").title()
    return DEBITS.get(kind) or OTHER_WAYS.get(kind) or kind.replace("_", " ").capitalize()


def refund_problem(reason: str | None) -> str:
    if not reason:
        return ""
    return REFUND_PROBLEMS.get(reason, "The bank did not take it.")


def payee_problem(requirements: Any) -> str:
    reason = getattr(requirements, "disabled_reason", None) or ""
    if reason.startswith("rejected"):
        return REJECTED
    if getattr(requirements, "past_due", None):
        return PAYEE_PROBLEMS["requirements.past_due"]
    if reason in PAYEE_PROBLEMS:
        return PAYEE_PROBLEMS[reason]
    if getattr(requirements, "pending_verification", None):
        return PAYEE_PROBLEMS["requirements.pending_verification"]
    return "Your details are not complete."

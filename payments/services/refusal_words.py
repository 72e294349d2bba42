"""What the provider's refusals mean, for whoever it concerns: never in the provider's own words."""

from __future__ import annotations

from payments.gateways.base import GatewayError

SUMS = {
    "amount_too_small": "It is less than our payment provider moves at once.",
    "amount_too_large": "It is more than our payment provider moves at once: pay it in parts.",
    "invalid_amount": "Our payment provider does not move such a sum.",
}
NOT_CHARGED = "Our payment provider did not accept it. That is not your bank's doing."
OF_METHODS = "payment_method"  # how codes begin that are about what was saved
GONE = {"resource_missing", "payment_intent_mandate_invalid"}


def of_charge(refusal: GatewayError) -> str:
    """Say it of something that was saved, and was charged while its owner was not there."""
    code = getattr(refusal, "code", "")
    if code in SUMS:
        return SUMS[code]
    is_gone = code in GONE or code.startswith(OF_METHODS)
    return "It cannot be charged any more." if is_gone else NOT_CHARGED


NOT_PAID_OUT = "Our payment provider did not accept this withdrawal."
OF_PAYOUTS = SUMS | {
    "insufficient_capabilities_for_transfer": "Your account at the provider takes no money now.",
    "account_invalid": "Your account at the provider takes no money now.",
    "payouts_not_allowed": "The provider pays nothing out of your account now.",
    "balance_insufficient": "Your account at the provider did not hold it.",
    "bank_account_unusable": "The bank account cannot be paid to any more: add it anew.",
    "no_account": "The bank account cannot be paid to any more: add it anew.",
    "resource_missing": "The bank account is not there any more: add it anew.",
    "invalid_currency": "The bank account takes another currency.",
}
NOT_SENT_BACK = "The provider could not send it back the way it came."
OF_REFUNDS = SUMS | {
    "charge_disputed": "Its bank takes it back already.",
    "charge_already_refunded": "All of it has gone back before.",
    "refund_disputed_payment": "Its bank takes it back already.",
    "balance_insufficient": "Our balance did not hold it.",
}
NO_PAGE = "Our payment provider could not open a page for it."


def of_payout(refusal: GatewayError) -> str:
    return OF_PAYOUTS.get(getattr(refusal, "code", ""), NOT_PAID_OUT)


def of_refund(refusal: GatewayError) -> str:
    return OF_REFUNDS.get(getattr(refusal, "code", ""), NOT_SENT_BACK)


def of_page(refusal: GatewayError) -> str:
    return SUMS.get(getattr(refusal, "code", ""), NO_PAGE)

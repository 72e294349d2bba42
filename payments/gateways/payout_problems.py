"""Why a bank did not take a withdrawal, by the provider's code, for whoever waits for it.

The codes are those that the provider documents for payouts; it publishes no list of them with
its schema, and may add others. What it says of them itself reaches nobody: it speaks to the
owner of an account there.
"""

from __future__ import annotations

UNKNOWN = "Your bank did not take it, and the provider does not say why."
CALLED_OFF = "It was called off at the payment provider."
_CARD = "Your card was not accepted. Please ask your bank, or choose another one."
PROBLEMS = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account is frozen. Please ask your bank.",
    "bank_account_restricted": "The bank account takes no such payments, as savings accounts do.",
    "bank_ownership_changed": "The bank account's branch belongs to another bank now.",
    "could_not_process": UNKNOWN,
    "debit_not_authorized": "The bank account allows no debits, which the provider asks for.",
    "declined": "Your bank said no to it. Please ask there before you try again.",
    "exceeds_amount_limit": "It is more than your card takes.",
    "exceeds_count_limit": "Your card was paid as often as it may be for now.",
    "expired_card": "Your card has expired.",
    "incorrect_account_holder_address": "Your bank has another address of the account's holder.",
    "incorrect_account_holder_details": "Your bank has other details of the account's holder.",
    "incorrect_account_holder_name": "Your bank has another name of the account's holder.",
    "incorrect_account_holder_tax_id": "Your bank has another tax number of the account's holder.",
    "incorrect_account_type": "The bank account is of another kind than you said.",
    "insufficient_funds": "Your account at the provider did not hold it. Please ask us.",
    "invalid_account_number": "There is no bank account with this number.",
    "invalid_account_number_length": "The number of the bank account is too long or too short.",
    "invalid_card": _CARD,
    "invalid_currency": "The bank account takes another currency.",
    "invalid_issuer": _CARD,
    "invalid_transaction": "Your card cannot be paid to.",
    "issuer_unavailable": "Your card's bank could not be reached. Please try again later.",
    "lost_or_stolen_card": "Your card was reported as lost or stolen.",
    "no_account": "No bank account was found with these details.",
    "refer_to_card_issuer": _CARD,
    "unsupported_card": "Your card's bank takes no such payments any more.",
}


def said(code: str) -> str:
    """Return our sentence for a code of the provider's; any that is new to us has one, too."""
    return PROBLEMS.get(code, UNKNOWN)

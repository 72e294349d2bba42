"""Why a bank account could not be verified, by the provider's code, for whoever named it."""

from __future__ import annotations

UNKNOWN = "It could not be verified."
_WRONG = "What was deposited was named wrongly."
_BEGINS = "payment_method_microdeposit_"
PROBLEMS = {
    _BEGINS
    + "failed": "The small deposits did not arrive: its details are wrong, or it is closed.",
    _BEGINS + "verification_amounts_invalid": _WRONG,
    _BEGINS + "verification_amounts_mismatch": _WRONG,
    _BEGINS + "verification_descriptor_code_mismatch": _WRONG,
    _BEGINS + "verification_attempts_exceeded": "The small deposits were named wrongly too often.",
    _BEGINS + "verification_timeout": "Nobody named the small deposits in time.",
    "debit_not_authorized": "Its bank does not let us debit it.",
    "account_closed": "It is closed.",
    "bank_account_restricted": "Its bank does not let anybody debit it.",
    "bank_account_unusable": "Its bank does not let anybody debit it.",
    "bank_account_verification_failed": UNKNOWN,
}


def said(code: str) -> str:
    return PROBLEMS.get(code, UNKNOWN)

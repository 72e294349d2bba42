"""What a payer may save on the sandbox's page: a way to pay, and what becomes of its charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from payments.gateways.sandbox.models import SandboxPayment
from payments.gateways.sandbox.outcomes import (
    BY_CODE,
    CARD,
    DEBIT,
    DECLINED,
    TOO_LITTLE,
    Ending,
    Outcome,
)

YEARS = timedelta(days=3 * 365)
A_MONTH = timedelta(days=30)
NO_MANDATE = "Your bank takes no more debits from us."
TO_CONFIRM = "Your bank wants you to confirm this payment."


@dataclass(frozen=True, slots=True)
class Saved(Outcome):
    """`ending` is that of a charge which is made while the payer is not there."""

    last4: str = ""
    lasts: timedelta | None = None  # a card; bank accounts do not expire
    decline_code: str = ""
    verified_after: int = 0  # days, until it can be charged
    refused_as: str = ""  # after these days, the provider's word for why it cannot be

    def __str__(self) -> str:
        return f"{self.label} •••• {self.last4}"

    def expires_on(self, today: date) -> date | None:
        """Return the last day of the month that is written on the card."""
        if self.lasts is None:
            return None
        month = (today + self.lasts).replace(day=1)
        return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _card(
    code: str,
    brand: str,
    explains: str,
    ending: Ending,
    *,
    problem: str = "",
    decline_code: str = "",
    lasts: timedelta = YEARS,
) -> Saved:
    return Saved(
        code,
        "card",
        CARD,
        brand,
        explains,
        ending,
        problem,
        last4=code,
        lasts=lasts,
        decline_code=decline_code,
    )


ALL_SAVED = [
    _card("4242", "Visa", "Every payment goes through.", Ending.PAID),
    _card(
        "4444", "Mastercard", "It pays, but expires within two months.", Ending.PAID, lasts=A_MONTH
    ),
    _card(
        "0341",
        "Visa",
        "It can be saved; every payment is refused.",
        Ending.REFUSED,
        problem=DECLINED,
        decline_code="generic_decline",
    ),
    _card(
        "9995",
        "Visa",
        "There is never enough money.",
        Ending.REFUSED,
        problem=TOO_LITTLE,
        decline_code="insufficient_funds",
    ),
    _card(
        "3155",
        "Visa",
        "The bank wants you to confirm every payment.",
        Ending.TO_CONFIRM,
        problem=TO_CONFIRM,
    ),
    Saved(
        "sepa",
        "sepa_debit",
        DEBIT,
        "SEPA debit",
        "The money arrives after 4 days.",
        Ending.ARRIVES,
        last4="3000",
    ),
    Saved(
        "sepa_returned",
        "sepa_debit",
        DEBIT,
        "SEPA debit",
        "After 4 days the bank says that it does not pay.",
        Ending.RETURNED,
        problem=TOO_LITTLE,
        last4="3002",
    ),
    Saved(
        "ach",
        "us_bank_account",
        DEBIT,
        "Bank debit (ACH)",
        "The money arrives after 4 days.",
        Ending.ARRIVES,
        last4="6789",
    ),
    Saved(
        "ach_unverified",
        "us_bank_account",
        DEBIT,
        "Bank debit (ACH)",
        "It can be charged after 2 days, once two small deposits were named.",
        Ending.ARRIVES,
        last4="6790",
        verified_after=2,
    ),
    Saved(
        "ach_refused",
        "us_bank_account",
        DEBIT,
        "Bank debit (ACH)",
        "After 2 days it cannot be charged: the small deposits were named wrongly too often.",
        Ending.ARRIVES,
        last4="6791",
        verified_after=2,
        refused_as="payment_method_microdeposit_verification_attempts_exceeded",
    ),
    Saved(
        "bacs_ended",
        "bacs_debit",
        DEBIT,
        "Bacs debit",
        "After 3 days the bank refuses, and takes no more debits.",
        Ending.RETURNED,
        problem=NO_MANDATE,
        last4="2345",
        ends_mandate=True,
    ),
]
SAVED_BY_CODE = {saved.code: saved for saved in ALL_SAVED}


def outcome_of(payment: SandboxPayment) -> Outcome:
    """Return what was chosen for the payment: on its page, or when the method was saved."""
    return SAVED_BY_CODE[payment.outcome] if payment.method else BY_CODE[payment.outcome]

"""What a payer may choose on the sandbox's payment page: a method, and what becomes of it.

The names are the last digits of the provider's own test numbers, so that nobody is tempted to
type a real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NOON = 12


class Ending(StrEnum):
    PAID = "paid"
    REFUSED = "refused"
    TO_CONFIRM = "to_confirm"
    ARRIVES = "arrives"
    RETURNED = "returned"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Outcome:
    code: str
    method: str  # the provider's type
    group: str  # as a payer says it
    label: str
    explains: str
    ending: Ending
    problem: str = ""
    refund_fails: bool = False
    refund_comes_back: bool = False  # after it had arrived, the first time
    ends_mandate: bool = False  # after which the bank takes no more debits
    complains_after: int = 0  # days after which its holder asks the bank for it back
    suspected_after: int = 0  # days after which the bank suspects fraud

    def __str__(self) -> str:
        return self.label

    @property
    def takes_days(self) -> bool:
        return self.ending in {Ending.ARRIVES, Ending.RETURNED, Ending.NEVER}


CARD, DEBIT, TRANSFER, WALLET = "Card", "Bank debit", "Bank transfer", "Wallet"
DECLINED = "Your bank refused the payment. You can try another way to pay."
EXPIRED = "Your card has expired."
GONE_WRONG = "Something went wrong at your bank. Try again, or another way to pay."
TOO_LITTLE = "Your bank says that there is not enough money in the account."

ALL = [
    Outcome("4242", "card", CARD, "Visa •••• 4242", "It is paid at once.", Ending.PAID),
    Outcome(
        "3155",
        "card",
        CARD,
        "Card •••• 3155",
        "The bank asks you to confirm it first.",
        Ending.TO_CONFIRM,
    ),
    Outcome(
        "0002",
        "card",
        CARD,
        "Card •••• 0002",
        "The bank refuses it; you can choose again.",
        Ending.REFUSED,
        problem=DECLINED,
    ),
    Outcome(
        "9995",
        "card",
        CARD,
        "Card •••• 9995",
        "There is too little money; you can choose again.",
        Ending.REFUSED,
        problem=TOO_LITTLE,
    ),
    Outcome(
        "5126",
        "card",
        CARD,
        "Card •••• 5126",
        "It is paid at once, but a refund to it will fail.",
        Ending.PAID,
        refund_fails=True,
    ),
    Outcome(
        "5126_late",
        "card",
        CARD,
        "Card •••• 5126, late",
        "It is paid at once; a first refund to it comes back after 10 days.",
        Ending.PAID,
        refund_comes_back=True,
    ),
    Outcome(
        "0259",
        "card",
        CARD,
        "Card •••• 0259",
        "It is paid at once; a day later its holder has the bank take it back.",
        Ending.PAID,
        complains_after=1,
    ),
    Outcome(
        "1976",
        "card",
        CARD,
        "Card •••• 1976",
        "It is paid at once; a day later the bank asks what it was for.",
        Ending.PAID,
        complains_after=1,
    ),
    Outcome(
        "5423",
        "card",
        CARD,
        "Card •••• 5423",
        "It is paid at once; a day later the bank suspects fraud, and after 6 more takes it back.",
        Ending.PAID,
        suspected_after=1,
        complains_after=7,
    ),
    Outcome(
        "0069",
        "card",
        CARD,
        "Card •••• 0069",
        "It has expired; you can choose again.",
        Ending.REFUSED,
        problem=EXPIRED,
    ),
    Outcome(
        "0119",
        "card",
        CARD,
        "Card •••• 0119",
        "Something goes wrong at the bank; you can choose again.",
        Ending.REFUSED,
        problem=GONE_WRONG,
    ),
    Outcome(
        "debit",
        "sepa_debit",
        DEBIT,
        "Bank debit •••• 3000",
        "The money arrives after 4 days.",
        Ending.ARRIVES,
    ),
    Outcome(
        "debit_returned",
        "sepa_debit",
        DEBIT,
        "Bank debit •••• 3002",
        "After 4 days the bank says that it does not pay.",
        Ending.RETURNED,
        problem=TOO_LITTLE,
    ),
    Outcome(
        "bacs",
        "bacs_debit",
        DEBIT,
        "Bacs debit •••• 2345",
        "The money arrives after 3 days.",
        Ending.ARRIVES,
    ),
    Outcome(
        "debit_taken_back",
        "us_bank_account",
        DEBIT,
        "Bank debit •••• 6789",
        "The money arrives after 4 days, and its bank takes it back after 10 more.",
        Ending.ARRIVES,
        complains_after=10,
    ),
    Outcome(
        "transfer",
        "customer_balance",
        TRANSFER,
        "Bank transfer",
        "The money arrives after 1 or 2 days.",
        Ending.ARRIVES,
    ),
    Outcome(
        "transfer_short",
        "customer_balance",
        TRANSFER,
        "Bank transfer of half",
        "Half of the sum arrives, and never the rest: after 75 days it goes back.",
        Ending.ARRIVES,
    ),
    Outcome(
        "transfer_over",
        "customer_balance",
        TRANSFER,
        "Bank transfer of more",
        "50.00 more than the sum arrives after 1 or 2 days.",
        Ending.ARRIVES,
    ),
    Outcome(
        "transfer_never",
        "customer_balance",
        TRANSFER,
        "Bank transfer that nobody sends",
        "You are told where to send it, and it never arrives.",
        Ending.NEVER,
    ),
    Outcome("link", "link", WALLET, "Link", "It is paid at once.", Ending.PAID),
    Outcome("wallet", "card", WALLET, "Wallet •••• 4242", "It is paid at once.", Ending.PAID),
    Outcome(
        "wallet_refused",
        "card",
        WALLET,
        "Wallet •••• 0002",
        "The wallet's card is refused; you can choose again.",
        Ending.REFUSED,
        problem=DECLINED,
    ),
]
BY_CODE = {outcome.code: outcome for outcome in ALL}
DAYS = {"sepa_debit": 4, "us_bank_account": 4, "bacs_debit": 3}


def arrival(outcome: Outcome, *, at: datetime) -> datetime:
    """When the money of a slow method arrives, or is refused."""
    if outcome.method in DAYS:
        return at + timedelta(days=DAYS[outcome.method])
    return at + timedelta(days=1 if at.hour < NOON else 2)

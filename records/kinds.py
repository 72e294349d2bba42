"""What the movements of the books are called in an organization's records, and how they group."""

from __future__ import annotations

from dataclasses import dataclass

MONEY_IN, WORK, BACK, OUT, OTHER = "in", "work", "back", "out", "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """In whose words depends on who reads: what one side pays, the other one earns."""

    for_client: str
    for_freelancer: str
    group: str


KINDS = {
    "fund_escrow": Kind("Paid and held", "Held for you", MONEY_IN),
    "advance_week": Kind("Paid for you by us", "Held for you", MONEY_IN),
    "pay_invoice": Kind("Invoice paid", "Invoice paid to you", WORK),
    "release_escrow": Kind("Released to the freelancer", "Earned", WORK),
    "make_available": Kind("Available to the freelancer", "Available to withdraw", OTHER),
    "recover_debt": Kind("Paid back by the freelancer", "Kept for what you owed", OTHER),
    "repay_debt": Kind("Paid back by the freelancer", "Paid back what you owed", OTHER),
    "recover_given_up": Kind("Kept for what was given up", "Kept for what we gave up", OTHER),
    "write_off_debt": Kind("Written off by us", "Owed no more: we gave it up", OTHER),
    "collect_receivable": Kind("Paid what was advanced", "Paid what was advanced", MONEY_IN),
    "write_off_receivable": Kind("Written off", "Written off", OTHER),
    "recover_written_off": Kind("Paid what was written off", "Paid after all", MONEY_IN),
    "refund_from_escrow": Kind("Held money sent back", "Held money sent back", BACK),
    "refund_released": Kind("Given back by the freelancer", "Given back to the client", BACK),
    "return_unmatched": Kind("Payment without a match returned", "Payment returned", BACK),
    "match_receipt": Kind("Bank transfer kept as your credit", "Kept as credit", MONEY_IN),
    "keep_refund": Kind("Refund kept as your credit", "Refund kept", BACK),
    "keep_payment": Kind("Kept as your credit", "Kept as credit", MONEY_IN),
    "send_credit_back": Kind("Credit sent back", "Credit sent back", BACK),
    "open_chargeback": Kind("Taken back by the bank", "Taken back by the client's bank", BACK),
    "win_chargeback": Kind("Given back by the bank", "Given back by the client's bank", BACK),
    "lose_chargeback": Kind("Lost to the bank", "Owed after the client's bank took it back", BACK),
    "lose_escrow": Kind("Held money taken back by the bank", "Held money was taken back", BACK),
    "lose_stray": Kind("Taken back by the bank", "Taken back by the client's bank", BACK),
    "reopen_receivable": Kind("Owed again after a returned payment", "Owed again", BACK),
    "reinstate_chargeback": Kind("Given back by the bank", "Given back by the client's bank", BACK),
    "refill_escrow": Kind("Held again", "Held for you again", BACK),
    "return_loss": Kind("Back from the bank", "Back from the client's bank", BACK),
    "bear_chargeback": Kind("Borne by us", "Borne by us", OTHER),
    "hold_arbitration_share": Kind("Share of an arbitration", "Share of an arbitration", OTHER),
    "return_arbitration_share": Kind(
        "Share of an arbitration returned", "Share of an arbitration returned", OTHER
    ),
    "shift_costs": Kind("Costs of an arbitration", "Costs of an arbitration", OTHER),
    "give_goodwill": Kind("Credit from us", "Credit from us", MONEY_IN),
    "divide_escrow": Kind("Held money divided", "Held money divided", OTHER),
    "convert_charge": Kind("Paid in another currency", "Paid in another currency", OTHER),
    "convert_back": Kind("Sent back in another currency", "Sent back", OTHER),
    "convert_payout": Kind("Converted", "Converted", OUT),
    "request_payout": Kind("Withdrawal", "Withdrawal", OUT),
    "slow_payout": Kind("Part of a fee back", "Withdrawal fee given back in part", OUT),
    "return_payout": Kind("Withdrawal came back", "Withdrawal came back", OUT),
    "fail_payout": Kind("Withdrawal put back", "Withdrawal put back", OUT),
}
# From one account of an organization to another of its own: what it has with us stays what it was,
# and no statement counts it.
WITHIN = {"make_available", "recover_debt", "repay_debt"}
GROUPS_OF_CLIENTS = {
    MONEY_IN: "Payments",
    WORK: "Work",
    BACK: "Money back",
    OTHER: "Other",
}
GROUPS_OF_FREELANCERS = {
    WORK: "Earned",
    OUT: "Withdrawn",
    BACK: "Given back",
    OTHER: "Other",
}


def words_for(kind: str, memo: str, *, is_client: bool) -> str:
    """Return what a row is called; a movement that has no words yet speaks as the books do."""
    known = KINDS.get(kind)
    if known is None:
        return memo
    return known.for_client if is_client else known.for_freelancer


def groups_for(*, is_client: bool) -> dict[str, str]:
    return GROUPS_OF_CLIENTS if is_client else GROUPS_OF_FREELANCERS


def group_of(kind: str) -> str:
    return KINDS[kind].group if kind in KINDS else OTHER


def kinds_in(group: str) -> list[str]:
    """Return the movements of *group*, and of each kind by its own name."""
    return [name for name, kind in KINDS.items() if kind.group == group]

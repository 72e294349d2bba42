"""Every money event is one function here, named as people say it.

The docstring is its debit and credit table, a test in `tests/ledger/test_movements*.py` its
worked example. A movement is written in positive amounts and posts nothing by itself:
`ledger.services.posting` does.
"""

from ledger.movements.arbitrating import (
    hold_arbitration_share,
    return_arbitration_share,
    shift_costs,
    spend_arbitration_shares,
)
from ledger.movements.chargebacks import (
    bear_chargeback,
    lose_chargeback,
    lose_escrow,
    lose_stray,
    open_chargeback,
    reopen_receivable,
    win_chargeback,
)
from ledger.movements.converting import convert_payout, convert_treasury
from ledger.movements.converting_charges import convert_back, convert_charge
from ledger.movements.debts import recover_debt, recover_given_up, repay_debt, write_off_debt
from ledger.movements.dividing import divide_escrow
from ledger.movements.funding import fund_escrow, pay_provider_fee, settle_provider_line
from ledger.movements.goodwill import give_goodwill
from ledger.movements.movement import Line, Movement, Reference, credit, debit
from ledger.movements.paying import pay_invoice
from ledger.movements.payouts import (
    fail_payout,
    pay_out,
    request_payout,
    return_payout,
    slow_payout,
    transfer_to_payee,
)
from ledger.movements.receivables import (
    advance_week,
    collect_receivable,
    recover_by_bank,
    recover_written_off,
    write_off_receivable,
)
from ledger.movements.refunding import (
    keep_refund,
    refund_from_escrow,
    refund_released,
    send_credit_back,
    settle_refund,
    unsettle_refund,
)
from ledger.movements.reinstating import refill_escrow, reinstate_chargeback, return_loss
from ledger.movements.releasing import make_available, release_escrow
from ledger.movements.sweeping import (
    return_swept,
    return_top_up,
    sweep_income,
    top_up_balance,
)
from ledger.movements.unmatched import (
    keep_payment,
    match_receipt,
    receive_unmatched,
    return_unmatched,
)

__all__ = [
    "Line",
    "Movement",
    "Reference",
    "advance_week",
    "bear_chargeback",
    "collect_receivable",
    "convert_back",
    "convert_charge",
    "convert_payout",
    "convert_treasury",
    "credit",
    "debit",
    "divide_escrow",
    "fail_payout",
    "fund_escrow",
    "give_goodwill",
    "hold_arbitration_share",
    "keep_payment",
    "keep_refund",
    "lose_chargeback",
    "lose_escrow",
    "lose_stray",
    "make_available",
    "match_receipt",
    "open_chargeback",
    "pay_invoice",
    "pay_out",
    "pay_provider_fee",
    "receive_unmatched",
    "recover_by_bank",
    "recover_debt",
    "recover_given_up",
    "recover_written_off",
    "refill_escrow",
    "refund_from_escrow",
    "refund_released",
    "reinstate_chargeback",
    "release_escrow",
    "reopen_receivable",
    "repay_debt",
    "request_payout",
    "return_arbitration_share",
    "return_loss",
    "return_payout",
    "return_swept",
    "return_top_up",
    "return_unmatched",
    "send_credit_back",
    "settle_provider_line",
    "settle_refund",
    "shift_costs",
    "slow_payout",
    "spend_arbitration_shares",
    "sweep_income",
    "top_up_balance",
    "transfer_to_payee",
    "unsettle_refund",
    "win_chargeback",
    "write_off_debt",
    "write_off_receivable",
]

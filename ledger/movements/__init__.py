"""Every money event is one function here, named as people say it.

The docstring is its debit and credit table, `tests/ledger/test_movements.py` its worked
example. A movement is written in positive amounts and posts nothing by itself:
`ledger.services.posting` does.
"""

from ledger.movements.funding import fund_escrow, settle_provider_line
from ledger.movements.movement import Line, Movement, Reference, credit, debit
from ledger.movements.payouts import fail_payout, pay_out, request_payout, transfer_to_payee
from ledger.movements.refunding import refund_from_escrow, settle_refund
from ledger.movements.releasing import make_available, release_escrow
from ledger.movements.unmatched import receive_unmatched, return_unmatched

__all__ = [
    "Line",
    "Movement",
    "Reference",
    "credit",
    "debit",
    "fail_payout",
    "fund_escrow",
    "make_available",
    "pay_out",
    "receive_unmatched",
    "refund_from_escrow",
    "release_escrow",
    "request_payout",
    "return_unmatched",
    "settle_provider_line",
    "settle_refund",
    "transfer_to_payee",
]

"""What holds while a bank wants a payment back, beside a case between the two sides.

A row for each way in which money can stand: how far it has come, and whether the two sides have
a case about it. A column for each state of the bank's case. A cell says, in this order:

- what of the money stays where it is: nothing, or what is at risk;
- what the two sides' case does: there is none, it goes on, it waits, it is split, it is void;
- whose loss it was: nobody's yet, the held money's, the freelancer's (their debt where it is paid
  out already).

A payment can be refunded wherever nothing is kept and something is left of it.

No case stands about money that was released: a case is about held money, and ends with it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Stage(StrEnum):
    HELD = "held"
    PENDING = "pending"
    AVAILABLE = "available"
    PAID_OUT = "paid out"


class Case(StrEnum):
    NONE = "none"
    RUNNING = "running"
    AGREED = "agreed"  # it has its outcome, and nothing was moved when the bank came


class Bank(StrEnum):
    INQUIRY = "inquiry"
    CLOSED = "closed"
    OPENED = "opened"
    RESPONDED = "responded"
    WON = "won"
    LOST_IN_PART = "lost in part"
    LOST = "lost"


class Cell(NamedTuple):
    money: str
    case: str
    loss: str


FREE = Cell("free", "none", "nobody")
KEPT = Cell("kept", "none", "nobody")
OF_ESCROW, OF_FREELANCER = Cell("free", "none", "held"), Cell("free", "none", "freelancer")
ASKED, GOES_ON = Cell("free", "goes on", "nobody"), Cell("kept", "goes on", "nobody")
WAITS, SPLIT = Cell("kept", "waits", "nobody"), Cell("free", "split", "nobody")
INTERLOCK: dict[tuple[Stage, Case], dict[Bank, Cell]] = {
    (Stage.HELD, Case.NONE): {
        Bank.INQUIRY: FREE,
        Bank.CLOSED: FREE,
        Bank.OPENED: KEPT,
        Bank.RESPONDED: KEPT,
        Bank.WON: FREE,
        Bank.LOST_IN_PART: OF_ESCROW,
        Bank.LOST: OF_ESCROW,
    },
    (Stage.HELD, Case.RUNNING): {
        Bank.INQUIRY: ASKED,
        Bank.CLOSED: ASKED,
        Bank.OPENED: GOES_ON,
        Bank.RESPONDED: GOES_ON,
        Bank.WON: ASKED,
        Bank.LOST_IN_PART: Cell("free", "goes on", "held"),
        Bank.LOST: Cell("free", "void", "held"),
    },
    (Stage.HELD, Case.AGREED): {
        Bank.INQUIRY: SPLIT,  # a question keeps nothing, so it is split at once
        Bank.CLOSED: SPLIT,
        Bank.OPENED: WAITS,
        Bank.RESPONDED: WAITS,
        Bank.WON: SPLIT,
        Bank.LOST_IN_PART: Cell("free", "split", "held"),  # what is left, in proportion
        Bank.LOST: Cell("free", "split", "held"),  # nothing is left: the invoice resumes
    },
    **{
        (stage, Case.NONE): {
            Bank.INQUIRY: FREE,
            Bank.CLOSED: FREE,
            # What was paid out is nowhere to be kept: it becomes a debt, if the bank says so.
            Bank.OPENED: FREE if stage == Stage.PAID_OUT else KEPT,
            Bank.RESPONDED: FREE if stage == Stage.PAID_OUT else KEPT,
            Bank.WON: FREE,
            Bank.LOST_IN_PART: OF_FREELANCER,
            Bank.LOST: OF_FREELANCER,
        }
        for stage in (Stage.PENDING, Stage.AVAILABLE, Stage.PAID_OUT)
    },
}

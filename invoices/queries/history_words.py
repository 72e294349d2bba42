"""What a step is called in a timeline, after the name of who took it."""

from __future__ import annotations

CONTRACT = {
    "offer": "offered the contract",
    "accept": "accepted the contract",
    "decline": "declined the contract",
    "withdraw": "took the offer back",
    "expire": "let the offer expire",
    "pause": "paused the contract",
    "resume": "resumed the contract",
    "end": "ended the contract",
    "close": "closed the contract",
    "discard": "discarded the draft",
}
# Whether somebody does it or it happens by itself; closing is told by what closed it.
MILESTONE = {
    "begin_funding": "began the payment for",
    "cancel": "cancelled",
}
PAYMENT = {
    "fund": ("arrived", "The money is held."),
    "fail": ("did not go through", "Nothing was charged."),
}
REQUEST = {
    "grant": "agreed to",
    "lapse": "let silence grant",
    "refuse": "refused",
    "withdraw": "withdrew",
    "expire": "closed",
    "dispute": "disputed",
    "close": "closed with the dispute",
}
PROPOSAL = {
    "accept": "agreed to",
    "decline": "did not agree to",
    "withdraw": "took back",
    "expire": "ended",
}
INVOICE = {
    "agree": "agreed on",
    "submit": "delivered",
    "return_": "asked for changes to",
    "withdraw": "withdrew the invoice for",
    "approve": "approved",
    "contest": "opened a dispute about",
    "resume": "ended the dispute and resumed",
    "decide": "decided on a sum for",
    "decide_nothing": "decided that nothing is paid for",
}

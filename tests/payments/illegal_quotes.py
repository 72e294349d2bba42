"""What the database refuses of quotes and of what they convert, and what refuses it."""

from __future__ import annotations

from tests.payments.illegal import FINAL

OF_QUOTES = {
    "a quote makes another sum": (FINAL, 'UPDATE payments_quote SET "into" = "into" + 1'),
    "a quote is at another rate": (FINAL, "UPDATE payments_quote SET rate = rate * 2"),
    "a quote stands for longer": (FINAL, "UPDATE payments_quote SET valid_until = now()"),
    "a quote was never used": (
        "a_quote_is_used_in_its_time",
        "UPDATE payments_quote SET used_at = NULL",
    ),
    "a used quote is open again": (
        'leads from "used" to "open"',
        "UPDATE payments_quote SET state = 'open', used_at = NULL",
    ),
    "a payout was never converted": (
        FINAL,
        "UPDATE payments_payout SET quote_id = NULL WHERE quote_id IS NOT NULL",
    ),
    "a payout pays what no quote made": (
        "a payout pays what its quote made, to whom and where it was quoted",
        (
            "INSERT INTO payments_payout SELECT"
            " (json_populate_record(p, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
            " 'amount', 5))).* FROM payments_payout p WHERE quote_id IS NOT NULL"
        ),
    ),
    "a quote is for another document": (
        FINAL,
        "UPDATE payments_quote SET document = 'milestone/M2' WHERE document <> ''",
    ),
    "a quote is for nothing": (FINAL, "UPDATE payments_quote SET method_id = NULL"),
    "a charge was never converted": (
        FINAL,
        "UPDATE payments_charge SET quote_id = NULL WHERE quote_id IS NOT NULL",
    ),
    "a charge brings what no quote was for": (
        "a charge brings what its quote was for, from whom it was quoted to",
        (
            "INSERT INTO payments_charge SELECT"
            " (json_populate_record(c, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
            " 'state', 'begun', 'amount', 5, 'refunded', 0, 'session_id', '', 'payment_id', ''))).*"
            " FROM payments_charge c WHERE quote_id IS NOT NULL"
        ),
    ),
    "another sum goes back": (FINAL, "UPDATE payments_quotepart SET amount = amount + 1"),
    "more goes back than was paid": (
        "no more goes back of a payment than it was, in its two currencies",
        (
            "INSERT INTO payments_quotepart SELECT (json_populate_record(p,"
            " json_build_object('id', 999999, 'amount', 9999, 'chargeback_id', (SELECT min(id)"
            " FROM payments_chargeback), 'refund_id', null))).* FROM payments_quotepart p"
        ),
    ),
    "it goes back nowhere": (
        "a_part_of_a_quote_goes_back_one_way",
        (
            "INSERT INTO payments_quotepart SELECT"
            " (json_populate_record(p, json_build_object('id', 999999, 'amount', 1, 'margin', 0,"
            " 'refund_id', null))).* FROM payments_quotepart p"
        ),
    ),
    "what goes back is forgotten": (FINAL, "DELETE FROM payments_quotepart"),
    "a quote makes its own currency": (
        "a_quote_is_between_two_currencies",
        (
            "INSERT INTO payments_quote SELECT"
            " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
            " 'state', 'open', 'used_at', null, 'into_currency', 'EUR'))).* FROM payments_quote q"
        ),
    ),
    "a quote makes nothing": (
        "a_quote_makes_something_of_something",
        (
            "INSERT INTO payments_quote SELECT"
            " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
            " 'state', 'open', 'used_at', null, 'margin', q.amount))).* FROM payments_quote q"
        ),
    ),
    "a quote is over before it begins": (
        "a_quote_stands_for_a_while",
        (
            "INSERT INTO payments_quote SELECT"
            " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
            " 'state', 'open', 'used_at', null, 'valid_until', q.asked_at))).*"
            " FROM payments_quote q"
        ),
    ),
    "a quote is born used": (
        'leads from "" to "used"',
        (
            "INSERT INTO payments_quote SELECT"
            " (json_populate_record(q, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ'))).*"
            " FROM payments_quote q"
        ),
    ),
}

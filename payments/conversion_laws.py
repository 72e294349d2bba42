"""Laws of conversions: what was quoted, what was withdrawn and what the books say are the same."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import coins, minor

_OF_EARNINGS = "(method_id IS NOT NULL OR document LIKE 'debt/%')"


@law("A freelancer's quote is one conversion in the books, by its own sums; unused it is none")
def quotes_are_in_the_books() -> list[Row]:
    return rows(f"""
        WITH moved AS (
            SELECT split_part(e.key, '/', 2) AS ref, p.currency, sum(p.amount)::bigint AS total
              FROM ledger_entry AS e
              JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind = 'convert_payout' AND a.code LIKE 'freelancer:%'
             GROUP BY 1, 2),
        quoted AS (
            SELECT ref, currency, -{minor("amount", "currency")} AS total
              FROM payments_quote WHERE state = 'used' AND {_OF_EARNINGS}
             UNION ALL
            SELECT ref, into_currency, {minor('"into"', "into_currency")}
              FROM payments_quote WHERE state = 'used' AND {_OF_EARNINGS})
        SELECT ref AS quote, currency, q.total AS quoted, m.total AS moved
          FROM quoted AS q FULL JOIN moved AS m USING (ref, currency)
         WHERE q.total IS DISTINCT FROM m.total""")  # noqa: S608 -- our own constants


@law("What a quote makes is its sum less our margin, at its own rate, to the smallest coin")
def quotes_keep_their_rate() -> list[Row]:
    made = coins("(amount - margin) * rate", "into_currency")
    return rows(f"""
        SELECT ref AS quote, amount, margin, rate, "into"
          FROM payments_quote
         WHERE method_id IS NOT NULL
           AND abs({made} - {coins('"into"', "into_currency")}) > 0.5""")  # noqa: S608


@law("Every used quote was withdrawn or paid with, and no other one")
def used_quotes_have_their_use() -> list[Row]:
    return rows("""
        SELECT q.ref AS quote, q.state, p.ref AS payout, c.ref AS charge, d.ref AS debt_payment
          FROM payments_quote AS q LEFT JOIN payments_payout AS p ON p.quote_id = q.id
          LEFT JOIN payments_charge AS c ON c.quote_id = q.id
          LEFT JOIN payments_debtpayment AS d ON d.quote_id = q.id
         WHERE (q.state = 'used' AND q.method_id IS NOT NULL) <> (p.id IS NOT NULL)
            OR (q.state = 'used' AND q.document LIKE 'debt/%') <> (d.id IS NOT NULL)
            OR (q.state = 'used' AND q.method_id IS NULL AND q.document NOT LIKE 'debt/%')
               <> (c.id IS NOT NULL)""")


@law("What a client's own currency costs is the sum at its rate, to the smallest coin, and margin")
def prices_keep_their_rate() -> list[Row]:
    exact, kept = coins('"into" / rate', "currency"), coins("amount - margin", "currency")
    our_part = coins("amount * margin_bps / 10000.0", "currency")
    return rows(f"""
        SELECT ref AS quote, amount, margin, rate, "into" FROM payments_quote
         WHERE method_id IS NULL
           AND (abs({exact} - {kept}) > 0.5
                OR abs({our_part} - {coins("margin", "currency")}) > 1)""")  # noqa: S608


@law("A try asks for what its quote says, and for what is due where it has none")
def tries_ask_for_their_quote() -> list[Row]:
    due = f"""CASE WHEN q.id IS NULL THEN {minor("c.amount - c.credit", "c.currency")}
                   ELSE {minor("q.amount", "q.currency")} END"""
    return rows(f"""
        SELECT g.key AS command, g.params ->> 'amount' AS asked, q.ref AS quote
          FROM payments_chargeattempt AS a
          JOIN payments_gatewaycommand AS g ON g.id = a.command_id
          JOIN payments_collection AS k ON k.id = a.collection_id
          JOIN payments_charge AS c ON c.id = k.charge_id
          LEFT JOIN payments_quote AS q ON q.id = a.quote_id
         WHERE g.params ->> 'currency' <> coalesce(q.currency, c.currency)
            OR (g.params ->> 'amount')::bigint <> {due}""")  # noqa: S608 -- our own constants


@law("A payment in the client's own currency is in the books as it came, less what went back")
def payments_are_converted_in_the_books() -> list[Row]:
    is_back = "r.state = 'succeeded' OR (k.taken_at IS NOT NULL AND p.undone_at IS NULL)"
    return rows(f"""
        WITH moved AS (
            SELECT split_part(e.key, '/', 2) AS ref, p.currency, sum(p.amount)::bigint AS total
              FROM ledger_entry AS e
              JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind IN ('convert_charge', 'convert_back') AND a.code = 'provider:clearing'
             GROUP BY 1, 2),
        came AS (
            SELECT q.* FROM payments_quote AS q JOIN payments_charge AS c ON c.quote_id = q.id
             WHERE c.state = 'succeeded'),
        went AS (
            SELECT p.* FROM payments_quotepart AS p
              LEFT JOIN payments_refund AS r ON r.id = p.refund_id
              LEFT JOIN payments_chargeback AS k ON k.id = p.chargeback_id
             WHERE {is_back}),
        due AS (
            SELECT ref, currency, -{minor("amount", "currency")} AS total FROM came
             UNION ALL
            SELECT ref, into_currency, {minor('"into"', "into_currency")} FROM came
             UNION ALL
            SELECT q.ref, p.currency, {minor("p.amount", "p.currency")}
              FROM went AS p JOIN payments_quote AS q ON q.id = p.quote_id
             UNION ALL
            SELECT q.ref, p.into_currency, -{minor('p."into"', "p.into_currency")}
              FROM went AS p JOIN payments_quote AS q ON q.id = p.quote_id),
        expected AS (SELECT ref, currency, sum(total) AS total FROM due GROUP BY 1, 2)
        SELECT ref AS quote, currency, e.total AS expected, m.total AS moved
          FROM expected AS e FULL JOIN moved AS m USING (ref, currency)
         WHERE coalesce(e.total, 0) <> coalesce(m.total, 0)""")  # noqa: S608 -- our own constants


@law("What goes back of a payment goes back in proportion, and its refunds and banks say how much")
def parts_are_in_proportion() -> list[Row]:
    back, due = coins("sum(p.amount)", "q.currency"), 'q.amount * sum(p."into") / q."into"'
    # What a bank took is rounded in the other currency, whose coin may be the larger one.
    a_coin = "q.amount / q.\"into\" * CASE q.into_currency WHEN 'JPY' THEN 1 ELSE 0.01 END"
    apart = f"greatest(1, {coins(a_coin, 'q.currency')})"
    return rows(f"""
        SELECT q.ref AS quote, sum(p.amount) AS amount, sum(p."into") AS "into"
          FROM payments_quotepart AS p JOIN payments_quote AS q ON q.id = p.quote_id
         WHERE p.undone_at IS NULL
         GROUP BY q.id HAVING abs({back} - {coins(due, "q.currency")}) > {apart}
        UNION ALL
        SELECT q.ref, p.amount, p."into"
          FROM payments_quotepart AS p JOIN payments_quote AS q ON q.id = p.quote_id
          LEFT JOIN payments_refund AS r ON r.id = p.refund_id
          LEFT JOIN payments_chargeback AS k ON k.id = p.chargeback_id
         WHERE p."into" <> coalesce(r.amount - r.to_credit, k.amount)
            OR (p.undone_at IS NOT NULL) <> (r.state = 'credited' OR k.state = 'won')""")  # noqa: S608

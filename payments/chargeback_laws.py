"""Laws of payments that banks take back: what a case says and what the books say are the same."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import minor


@law("What a bank has and has not been decided is on its case's account, and nothing after that")
def chargebacks_are_in_the_books() -> list[Row]:
    waits = "c.taken_at IS NOT NULL AND c.booked_at IS NULL"
    expected = minor(f"CASE WHEN {waits} THEN -c.amount ELSE 0 END", "c.currency")
    return rows(f"""
        SELECT c.ref AS chargeback, c.state, c.amount, coalesce(a.balance, 0) AS balance
          FROM payments_chargeback AS c
          LEFT JOIN ledger_account AS a
            ON a.code = 'chargeback:' || c.ref AND a.currency = c.currency
         WHERE {expected} <> coalesce(a.balance, 0)""")  # noqa: S608 -- our own constants


@law("What a lost chargeback took adds up, and so does what banks took of a charge and an escrow")
def losses_add_up() -> list[Row]:
    return rows("""
        SELECT c.ref, c.amount, sum(p.amount) AS parts
          FROM payments_chargeback AS c
          LEFT JOIN payments_chargebackpart AS p ON p.chargeback_id = c.id
         WHERE c.state = 'lost' AND c.booked_at IS NOT NULL
         GROUP BY c.id HAVING c.amount IS DISTINCT FROM sum(p.amount)
        UNION ALL
        SELECT e.ref, e.lost, coalesce(sum(p.gross), 0) FROM payments_escrow AS e
          LEFT JOIN (SELECT p.escrow_id, p.gross FROM payments_chargebackpart AS p
                       JOIN payments_escrow AS e ON e.id = p.escrow_id
                       JOIN payments_chargeback AS c ON c.id = p.chargeback_id
                      WHERE NOT EXISTS (
                            SELECT FROM ledger_entry AS back
                             WHERE back.key = 'escrow/' || e.ref || '/refilled/' || c.ref)
                    ) AS p ON p.escrow_id = e.id
         GROUP BY e.id HAVING e.lost <> coalesce(sum(p.gross), 0)
        UNION ALL
        SELECT g.ref, g.taken_back, coalesce(sum(c.amount), 0) FROM payments_charge AS g
          LEFT JOIN payments_chargeback AS c ON c.charge_id = g.id AND c.stray_id IS NULL
               AND c.taken_at IS NOT NULL
               AND NOT (c.state = 'won' AND c.booked_at IS NOT NULL)
         GROUP BY g.id HAVING g.taken_back <> coalesce(sum(c.amount), 0)""")


@law("Money is kept because of a bank only while that has not decided, or not yet taken it")
def banks_keep_money_while_they_decide() -> list[Row]:
    undecided = """(c.state IN ('opened', 'responded')
                    OR (c.state = 'lost' AND c.taken_at IS NULL))"""
    return rows(f"""
        SELECT e.ref, f.opened_at FROM payments_freeze AS f
          JOIN payments_escrow AS e ON e.id = f.escrow_id
         WHERE f.cause = 'chargeback' AND f.ended_at IS NULL AND NOT EXISTS (
               SELECT FROM payments_chargeback AS c
                WHERE c.charge_id = e.funded_by_id AND {undecided})
        UNION ALL
        SELECT l.ref, l.released_at FROM payments_lot AS l
          JOIN payments_chargeback AS c ON c.id = l.kept_for_id AND NOT {undecided}
        """)  # noqa: S608 -- our own constants


@law("A chargeback is in the state that its history ends with")
def chargebacks_are_their_last_change() -> list[Row]:
    return rows("""
        SELECT c.ref AS chargeback, c.state, last.became FROM payments_chargeback AS c
          LEFT JOIN LATERAL (SELECT h.became FROM payments_chargebackchange AS h
                WHERE h.chargeback_id = c.id ORDER BY h.id DESC LIMIT 1) AS last ON true
         WHERE c.state <> coalesce(last.became, 'inquiry')""")


@law("No more is set apart for a bank than it may get, and nothing once it has decided")
def banks_keep_what_they_may_get() -> list[Row]:
    wanted = minor("s.amount", "s.currency")
    return rows(f"""
        SELECT c.ref AS chargeback, c.state, s.amount, sum(r.amount) AS kept
          FROM ledger_reservation AS r
          LEFT JOIN ledger_reservationend AS e ON e.reservation_id = r.id
          JOIN payments_chargeback AS c ON c.ref = split_part(r.key, '/', 2)
          LEFT JOIN payments_stake AS s ON s.chargeback_id = c.id
               AND s.freelancer_id::text = split_part(r.key, '/', 3)
         WHERE e.reservation_id IS NULL AND r.key LIKE 'chargeback/%'
         GROUP BY c.id, s.id
        HAVING s.id IS NULL OR sum(r.amount) > {wanted}
               OR NOT (c.state IN ('opened', 'responded')
                       OR (c.state = 'lost' AND c.taken_at IS NULL))""")  # noqa: S608 -- our own constants

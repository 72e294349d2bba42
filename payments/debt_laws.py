"""Laws of what freelancers owe: it is paid back by what they earned, and never twice."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import minor

# What the two entries of a lot moved on its freelancer's account, what became available and what
# of that was kept. The debt is what the kept part has to be credited to.
_KEPT = """
    SELECT kept.key AS entry, a.currency, -x.amount AS kept,
           (SELECT sum(d.amount) FROM ledger_posting AS d JOIN ledger_account AS o
                ON o.id = d.account_id
             WHERE d.entry_id = kept.id
               AND o.code = replace(a.code, ':available', ':debt')) AS paid_back,
           (SELECT sum(m.amount) FROM ledger_entry AS free JOIN ledger_posting AS m
                ON m.entry_id = free.id AND m.account_id = x.account_id
             WHERE free.key = 'lot/' || split_part(kept.key, '/', 2) || '/available') AS available
      FROM ledger_entry AS kept
      JOIN ledger_posting AS x ON x.entry_id = kept.id
      JOIN ledger_account AS a ON a.id = x.account_id AND a.code LIKE 'freelancer:%:available'
     WHERE kept.kind = 'recover_debt'"""


@law("What was kept for a debt paid that debt back, and was less than what became available")
def debts_are_paid_back_by_earnings() -> list[Row]:
    return rows(f"""
        SELECT entry, currency, kept, paid_back, available FROM ({_KEPT}) AS k
         WHERE kept <= 0 OR paid_back IS DISTINCT FROM kept
            OR available IS NULL OR kept > available""")  # noqa: S608 -- our own constants


@law("A debt is what went back after release, and ends by what comes back, is earned or given up")
def debts_have_their_causes() -> list[Row]:
    return rows("""
        SELECT e.key AS entry, e.kind, p.amount FROM ledger_posting AS p
          JOIN ledger_account AS a ON a.id = p.account_id AND a.code LIKE 'freelancer:%:debt'
          JOIN ledger_entry AS e ON e.id = p.entry_id
         WHERE NOT CASE WHEN p.amount < 0 THEN e.kind IN ('refund_released', 'lose_chargeback')
                   ELSE e.kind IN ('return_loss', 'recover_debt', 'repay_debt', 'write_off_debt')
                   END
           AND e.reverses_id IS NULL""")


@law("What was paid on a debt by choice, or given up of it, is in the books once, by its own sum")
def debts_that_ended_are_in_the_books() -> list[Row]:
    return rows(f"""
        WITH said AS (
            SELECT 'debt_payment/' || ref AS key, currency, freelancer_id AS of,
                   {minor("amount", "currency")} AS total FROM payments_debtpayment
             UNION ALL
            SELECT 'debt_write_off/' || ref, currency, freelancer_id,
                   {minor("given_up", "currency")} FROM payments_debtwriteoff WHERE is_confirmed),
        moved AS (
            SELECT e.key, p.currency, split_part(a.code, ':', 2)::bigint AS of, p.amount AS total
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id AND a.code LIKE 'freelancer:%:debt'
             WHERE e.kind IN ('repay_debt', 'write_off_debt'))
        SELECT key AS entry, currency, s.total AS said, m.total AS moved
          FROM said AS s FULL JOIN moved AS m USING (key, currency, of)
         WHERE s.total IS DISTINCT FROM m.total""")  # noqa: S608 -- our own constants


@law("Of what was given up of a debt no more was kept when a bank gave it back")
def no_more_is_recovered_than_was_given_up() -> list[Row]:
    return rows("""
        SELECT split_part(a.code, ':', 2) AS freelancer, p.currency,
               sum(p.amount) FILTER (WHERE e.kind = 'write_off_debt') AS given_up,
               -sum(p.amount) FILTER (WHERE e.kind = 'recover_given_up') AS recovered
          FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
          JOIN ledger_account AS a ON a.id = p.account_id AND a.code LIKE 'freelancer:%'
         WHERE e.kind IN ('write_off_debt', 'recover_given_up')
         GROUP BY 1, 2
        HAVING coalesce(-sum(p.amount) FILTER (WHERE e.kind = 'recover_given_up'), 0)
               > coalesce(sum(p.amount) FILTER (WHERE e.kind = 'write_off_debt'), 0)""")

"""Laws of what freelancers owe: it is paid back by what they earned, and never twice."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows

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


@law("A debt is what went back after release, and is paid by what comes back or is earned")
def debts_have_their_causes() -> list[Row]:
    return rows("""
        SELECT e.key AS entry, e.kind, p.amount FROM ledger_posting AS p
          JOIN ledger_account AS a ON a.id = p.account_id AND a.code LIKE 'freelancer:%:debt'
          JOIN ledger_entry AS e ON e.id = p.entry_id
         WHERE e.kind NOT IN (
               CASE WHEN p.amount < 0 THEN 'refund_released' ELSE 'return_loss' END,
               CASE WHEN p.amount < 0 THEN 'lose_chargeback' ELSE 'recover_debt' END)
           AND e.reverses_id IS NULL""")

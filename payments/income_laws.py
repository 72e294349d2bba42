"""Laws of our own bank: what went there from the provider, and what came from it."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("What went to our own bank, or came from it, stands in the record with its reason")
def sweeps_have_a_reason() -> list[Row]:
    return rows("""
        SELECT e.key, e.kind FROM ledger_entry AS e
         WHERE e.kind IN ('sweep_income', 'return_swept', 'top_up_balance', 'return_top_up')
           AND NOT EXISTS (SELECT FROM platform_auditevent AS a
                            WHERE a.subject = e.key AND a.reason <> ''
                              AND a.deed IN ('income.swept', 'income.returned',
                                              'balance.topped_up', 'top_up.returned'))""")


@law("What our own bank sent back was taken there, and what went back to it had come from it")
def what_comes_back_was_swept() -> list[Row]:
    return rows("""
        SELECT b.key FROM ledger_entry AS b
          JOIN ledger_posting AS p ON p.entry_id = b.id
          JOIN ledger_account AS a ON a.id = p.account_id AND a.code = 'bank:operating'
          LEFT JOIN ledger_entry AS s ON s.key || '/back' = b.key
          LEFT JOIN ledger_posting AS q ON q.entry_id = s.id AND q.account_id = p.account_id
         WHERE b.kind IN ('return_swept', 'return_top_up')
           AND p.amount + coalesce(q.amount, 0) <> 0""")

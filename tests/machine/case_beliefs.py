"""What must be true after every step between two sides: one statement, of arithmetic of its own.

The laws of the product are asked as well, all of them, when an example is over.
"""

from __future__ import annotations

from django.db import connection

ONE_STATEMENT = """
WITH escrow AS (
    SELECT *, CASE state WHEN 'held' THEN gross - released - refunded - divided - lost
                         ELSE 0 END AS stays
      FROM payments_escrow),
balance AS (
    SELECT split_part(code, '#', 1) AS code, sum(balance) / 100 AS money FROM ledger_account
     GROUP BY 1)
SELECT 'Debits are credits, entry by entry', entry_id::text FROM ledger_posting
 GROUP BY entry_id, currency HAVING sum(amount) <> 0
UNION ALL
SELECT 'All balances together are nothing', '' FROM ledger_account HAVING sum(balance) <> 0
UNION ALL
SELECT 'Nobody has less than nothing', code FROM balance WHERE money < 0
   AND (code ^@ 'freelancer:' AND NOT code ~ ':debt$' OR code ~ ':credit$' OR code ^@ 'escrow:'
        OR code ^@ 'deferred:' OR code ^@ 'refund:' OR code ^@ 'arbitration:')
UNION ALL
SELECT 'Nobody pays back more than they owe', code FROM balance WHERE money > 0 AND code ~ ':debt$'
UNION ALL
SELECT 'The books hold what is left of an escrow', e.ref FROM escrow AS e
  LEFT JOIN balance AS b ON b.code = 'escrow:' || e.ref WHERE e.stays <> coalesce(b.money, 0)
UNION ALL
SELECT 'A refund is in the books until it is sent or kept', r.ref FROM payments_refund AS r
  LEFT JOIN balance AS b ON b.code = 'refund:' || r.ref
 WHERE coalesce(b.money, 0) <> CASE WHEN r.state IN ('requested', 'sent', 'failed')
                                    THEN r.amount - r.to_credit ELSE 0 END
UNION ALL
SELECT 'No more goes back of a charge than it brought', ref FROM payments_charge
 WHERE refunded + taken_back > amount
UNION ALL
SELECT 'What a bank keeps and has not decided is owed back by its case', c.ref
  FROM payments_chargeback AS c LEFT JOIN balance AS b ON b.code = 'chargeback:' || c.ref
 WHERE coalesce(-b.money, 0) <> CASE WHEN c.taken_at IS NULL OR c.booked_at IS NOT NULL
                                     THEN 0 ELSE c.amount END
UNION ALL
SELECT 'A case without an outcome keeps its money', d.ref FROM disputes_dispute AS d
 WHERE d.split_at IS NULL AND d.state NOT IN ('withdrawn', 'void') AND NOT EXISTS (
       SELECT FROM payments_freeze AS f WHERE f.escrow_id = d.escrow_id
          AND f.cause = 'dispute' AND f.ended_at IS NULL)
UNION ALL
SELECT 'A freeze of a dispute ends with it', f.id::text FROM payments_freeze AS f
 WHERE f.cause = 'dispute' AND f.ended_at IS NULL AND NOT EXISTS (
       SELECT FROM disputes_dispute AS d WHERE d.escrow_id = f.escrow_id
          AND d.split_at IS NULL AND d.state NOT IN ('withdrawn', 'void'))
UNION ALL
SELECT 'The invoice of a running case is contested, and no other is', i.ref
  FROM invoices_invoice AS i WHERE (i.state = 'contested') <> EXISTS (
       SELECT FROM disputes_dispute AS d WHERE d.invoice_id = i.id
          AND d.split_at IS NULL AND d.state NOT IN ('withdrawn', 'void'))
UNION ALL
SELECT 'What a case split is all that was there, once', d.ref
  FROM disputes_dispute AS d JOIN escrow AS e ON e.id = d.escrow_id
 WHERE d.split_at IS NOT NULL AND e.state <> 'dropped'
   AND (d.split_to_freelancer <> e.released OR d.split_to_client <> e.refunded
        OR e.released + e.refunded + e.lost <> e.gross)
UNION ALL
SELECT 'It is split by its figure, and what a bank took is missing from both', d.ref
  FROM disputes_dispute AS d JOIN escrow AS e ON e.id = d.escrow_id
 WHERE d.split_at IS NOT NULL AND abs(d.split_to_freelancer - d.figure
       * (d.split_to_freelancer + d.split_to_client) / d.at_stake) > 0.005
UNION ALL
SELECT 'A paid invoice asks for what was released', i.ref FROM invoices_invoice AS i
  JOIN escrow AS e ON e.id = i.escrow_id WHERE i.state = 'paid' AND i.gross <> e.released
UNION ALL
SELECT 'A case that is over has no offer that stands', o.ref FROM disputes_offer AS o
  JOIN disputes_dispute AS d ON d.id = o.dispute_id
 WHERE o.ended_at IS NULL AND d.closed_at IS NOT NULL
UNION ALL
SELECT 'Figures that have met have settled it', d.ref FROM disputes_dispute AS d
  JOIN disputes_offer AS c ON c.dispute_id = d.id AND c.side = 'client' AND c.ended_at IS NULL
  JOIN disputes_offer AS f ON f.dispute_id = d.id AND f.side = 'freelancer' AND f.ended_at IS NULL
 WHERE c.figure >= f.figure AND c.expires_at > f.at AND f.expires_at > c.at
UNION ALL
SELECT 'Nobody answers a proposal when silence has', p.id::text FROM disputes_proposal AS p
 WHERE p.client_answered_at >= p.answer_by OR p.freelancer_answered_at >= p.answer_by
UNION ALL
SELECT 'Nobody accepts an offer that has expired', o.ref FROM disputes_offer AS o
 WHERE o.ending IN ('accepted', 'met') AND o.ended_at >= o.expires_at
UNION ALL
SELECT 'A share is in the books while it is held', d.ref FROM disputes_dispute AS d
  LEFT JOIN balance AS b ON b.code = 'arbitration:' || d.ref
 WHERE coalesce(b.money, 0) <> coalesce((SELECT sum(amount) FROM disputes_arbitrationshare AS s
       WHERE s.dispute_id = d.id AND s.settled_at IS NULL), 0)
UNION ALL
SELECT 'What is decided for good, somebody neutral decided', d.ref FROM disputes_dispute AS d
 WHERE d.state IN ('final', 'awarded') AND d.figure IS DISTINCT FROM (
       SELECT c.figure FROM disputes_decision AS c WHERE c.dispute_id = d.id
          AND c.in_force_at IS NOT NULL ORDER BY c.in_force_at DESC, c.id DESC LIMIT 1)
UNION ALL
SELECT 'Each state is what its history ends with', d.ref FROM disputes_dispute AS d
 WHERE d.state <> coalesce((SELECT became FROM disputes_disputechange AS c
       WHERE c.dispute_id = d.id ORDER BY c.id DESC LIMIT 1), 'open')"""
FROZEN = """
SELECT e.id, e.released, e.refunded, e.divided FROM payments_escrow AS e WHERE EXISTS (
    SELECT FROM payments_freeze AS f WHERE f.escrow_id = e.id AND f.ended_at IS NULL)"""
OUTCOMES = """
SELECT id, state, figure, split_at, split_to_freelancer FROM disputes_dispute
 WHERE closed_at IS NOT NULL"""
Row = tuple[object, ...]


def hold() -> None:
    broken = _read(ONE_STATEMENT)
    assert not broken, broken


class Memory:
    """What was so before a step, and cannot have changed by it."""

    def __init__(self) -> None:
        self._frozen: dict[object, Row] = {}
        self._outcomes: dict[object, Row] = {}

    def compare(self) -> None:
        frozen = {pk: tuple(rest) for pk, *rest in _read(FROZEN)}
        for pk, went in frozen.items():
            assert self._frozen.get(pk, went) == went, "Something left frozen money."
        self._frozen = frozen
        for pk, state, figure, split_at, split in _read(OUTCOMES):
            was = self._outcomes.get(pk, (state, figure, None, None))
            is_split_now = was[2] is None and split_at is not None
            now = (state, figure, *was[2:]) if is_split_now else (state, figure, split_at, split)
            assert was == now, "An outcome changed."
            self._outcomes[pk] = (state, figure, split_at, split)


def _read(statement: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()

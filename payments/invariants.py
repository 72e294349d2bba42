"""Laws of money on its way: what payments remembers and what the books say are the same."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments import conversion_laws, debt_laws, income_laws, payout_laws, transfer_laws
from payments.queries.minor import minor

__all__ = ["conversion_laws", "debt_laws", "income_laws", "payout_laws", "transfer_laws"]


@law("An escrow has in the books what is left of its gross, and nothing before or after")
def escrows_are_in_the_books() -> list[Row]:
    left = "e.gross - e.released - e.refunded - e.divided - e.lost"
    expected = minor(f"CASE WHEN e.state = 'held' THEN {left} ELSE 0 END", "e.currency")
    return rows(f"""
        SELECT e.ref AS escrow, e.state, {left} AS remaining, e.currency,
               coalesce(a.balance, 0) AS balance
          FROM payments_escrow AS e
          LEFT JOIN ledger_account AS a ON a.code = 'escrow:' || e.ref AND a.currency = e.currency
         WHERE {expected} <> coalesce(a.balance, 0)""")  # noqa: S608 -- our own constants


@law("The client's fee is deferred for exactly the part of the money that is held")
def fees_are_deferred_while_held() -> list[Row]:
    places = "CASE e.currency WHEN 'JPY' THEN 0 ELSE 2 END"  # ten fils are the smallest coin
    gone = (
        f"round(e.client_fee * (e.released + e.refunded + e.divided + e.lost) / e.gross, {places})"
    )
    left = f"CASE WHEN e.state = 'held' THEN e.client_fee - {gone} ELSE 0 END"
    expected = minor(left, "e.currency")
    return rows(f"""
        SELECT e.ref AS escrow, e.state, e.client_fee, coalesce(a.balance, 0) AS balance
          FROM payments_escrow AS e
          LEFT JOIN ledger_account AS a
            ON a.code = 'deferred:client_fee:' || e.ref AND a.currency = e.currency
         WHERE {expected} <> coalesce(a.balance, 0)""")  # noqa: S608 -- our own constants


@law("What is pending for a freelancer is the sum of their pending lots")
def lots_are_what_is_pending() -> list[Row]:
    return rows(f"""
        WITH lots AS (
            SELECT 'freelancer:' || freelancer_id || ':pending' AS code, currency,
                   sum({minor("amount - amount_back", "currency")})::bigint AS total
              FROM payments_lot WHERE made_available_at IS NULL GROUP BY freelancer_id, currency),
        books AS (
            SELECT code, currency, balance FROM ledger_account
             WHERE code LIKE 'freelancer:%:pending')
        SELECT code, currency, coalesce(total, 0) AS lots, coalesce(balance, 0) AS balance
          FROM lots FULL JOIN books USING (code, currency)
         WHERE coalesce(total, 0) <> coalesce(balance, 0)""")  # noqa: S608 -- our own constants


@law("A payout is in the books while it is on its way, and not before or after")
def payouts_are_in_the_books() -> list[Row]:
    on_its_way = "p.state IN ('requested', 'held', 'sending', 'sent')"
    expected = minor(f"CASE WHEN {on_its_way} THEN p.amount - p.fee ELSE 0 END", "p.currency")
    return rows(f"""
        SELECT p.ref AS payout, p.state, p.amount, p.fee, coalesce(a.balance, 0) AS balance
          FROM payments_payout AS p
          LEFT JOIN ledger_account AS a ON a.code = 'payout:' || p.ref AND a.currency = p.currency
         WHERE {expected} <> coalesce(a.balance, 0)""")  # noqa: S608 -- our own constants


@law("A refund is in the books until the provider has sent it")
def refunds_are_in_the_books() -> list[Row]:
    waits = "r.state NOT IN ('succeeded', 'credited')"
    expected = minor(f"CASE WHEN {waits} THEN r.amount - r.to_credit ELSE 0 END", "r.currency")
    return rows(f"""
        SELECT r.ref AS refund, r.state, r.amount, coalesce(a.balance, 0) AS balance
          FROM payments_refund AS r
          LEFT JOIN ledger_account AS a ON a.code = 'refund:' || r.ref AND a.currency = r.currency
         WHERE {expected} <> coalesce(a.balance, 0)""")  # noqa: S608 -- our own constants


@law("The settlements of a charge add up to it, and each to what its escrow takes")
def settlements_add_up() -> list[Row]:
    return rows("""
        SELECT c.ref AS charge, c.amount, sum(s.amount) AS settlements
          FROM payments_charge AS c
          LEFT JOIN payments_settlement AS s ON s.charge_id = c.id
         GROUP BY c.id HAVING c.amount IS DISTINCT FROM sum(s.amount)
        UNION ALL
        SELECT e.ref, e.gross + e.client_fee + e.client_fee_tax, s.amount
          FROM payments_settlement AS s JOIN payments_escrow AS e ON e.id = s.escrow_id
         WHERE s.amount <> e.gross + e.client_fee + e.client_fee_tax""")


@law("What was paid of an open item is what its settlements brought, and it closes when all is")
def open_items_are_paid_by_settlements() -> list[Row]:
    return rows("""
        WITH brought AS (
            SELECT o.id, sum(s.amount - s.kept) AS total
              FROM payments_openitem AS o JOIN payments_settlement AS s
                ON s.open_item_id = o.id OR s.escrow_id = o.escrow_id
             WHERE s.settled_at IS NOT NULL GROUP BY o.id)
        SELECT o.ref AS open_item, o.paid, o.closed_at, coalesce(b.total, 0) AS brought
          FROM payments_openitem AS o LEFT JOIN brought AS b USING (id)
         WHERE o.paid <> coalesce(b.total, 0)
            OR (o.closed_at IS NOT NULL)
               <> (o.paid + o.credited = o.gross + o.client_fee + o.client_fee_tax)""")


@law("A settlement is settled if and only if its charge succeeded")
def settlements_follow_their_charges() -> list[Row]:
    return rows("""
        SELECT c.ref AS charge, c.state, s.document, s.settled_at
          FROM payments_settlement AS s JOIN payments_charge AS c ON c.id = s.charge_id
         WHERE (c.state = 'succeeded') <> (s.settled_at IS NOT NULL)""")


@law("An escrow was funded by a charge that succeeded, and dropped with one that did not")
def escrows_follow_their_charges() -> list[Row]:
    return rows("""
        SELECT c.ref AS charge, c.state AS charge_state, e.ref AS escrow, e.state AS escrow_state
          FROM payments_settlement AS s
          JOIN payments_charge AS c ON c.id = s.charge_id
          JOIN payments_escrow AS e ON e.id = s.escrow_id
         WHERE (e.funded_by_id = c.id AND c.state <> 'succeeded')
            OR (e.funded_by_id IS NULL AND c.state = 'succeeded' AND s.kept = 0
                AND NOT EXISTS (SELECT FROM payments_openitem AS o WHERE o.escrow_id = e.id))
            OR (c.state IN ('failed', 'cancelled') AND e.state <> 'dropped'
                AND NOT e.outlives_charge)
            OR (e.state = 'dropped' AND c.state NOT IN ('failed', 'cancelled')
                AND NOT e.outlives_charge)""")


@law("What went back of a charge is what its refunds say")
def refunds_are_counted() -> list[Row]:
    return rows("""
        SELECT c.ref AS charge, c.refunded, coalesce(sum(r.amount - r.to_credit), 0) AS refunds
          FROM payments_charge AS c
          LEFT JOIN payments_refund AS r ON r.charge_id = c.id
                AND (r.escrow_id IS NOT NULL OR r.is_credit
                     OR (r.stray_id IS NOT NULL AND r.payment_id = c.payment_id
                         AND c.state = 'succeeded'))
                AND r.state <> 'credited'
         GROUP BY c.id HAVING c.refunded <> coalesce(sum(r.amount - r.to_credit), 0)""")


@law("Credit is set aside for a charge while that waits, as much as it pays of its settlements")
def credit_is_set_aside_for_charges() -> list[Row]:
    waits = "c.state IN ('begun', 'processing', 'action_needed')"
    return rows(f"""
        WITH open AS (
            SELECT split_part(r.key, '/', 2) AS ref, r.amount
              FROM ledger_reservation AS r
              LEFT JOIN ledger_reservationend AS e ON e.reservation_id = r.id
             WHERE r.key ^@ 'charge/' AND e.reservation_id IS NULL),
        parts AS (
            SELECT charge_id, sum(credit) AS credit FROM payments_settlement GROUP BY charge_id)
        SELECT c.ref AS charge, c.state, c.credit, p.credit AS settlements, o.amount AS set_aside
          FROM payments_charge AS c
          JOIN parts AS p ON p.charge_id = c.id LEFT JOIN open AS o ON o.ref = c.ref
         WHERE c.credit <> p.credit
            OR {minor(f"CASE WHEN {waits} THEN c.credit ELSE 0 END", "c.currency")}
               <> coalesce(o.amount, 0)""")  # noqa: S608 -- our own constants


@law("A charge that we make by ourselves is paid by one try at most, and is over then")
def collected_charges_are_paid_once() -> list[Row]:
    return rows("""
        SELECT c.ref AS charge, c.state, count(*) AS paid
          FROM payments_chargeattempt AS a
          JOIN payments_collection AS o ON o.id = a.collection_id
          JOIN payments_charge AS c ON c.id = o.charge_id
         WHERE a.outcome = 'paid'
         GROUP BY c.id HAVING count(*) > 1 OR c.state NOT IN ('succeeded', 'cancelled')""")


@law("Who has saved ways to pay has a primary, and each of them a place of its own")
def methods_are_in_order() -> list[Row]:
    return rows("""
        SELECT organization_id, count(*) AS methods, max(position) AS last
          FROM payments_paymentmethod WHERE removed_at IS NULL
         GROUP BY organization_id HAVING count(*) <> max(position) + 1""")


@law("What went back of a lot is in the books, taken from its freelancer")
def lots_give_back_what_was_posted() -> list[Row]:
    return rows(f"""
        WITH taken AS (
            SELECT split_part(e.key, '/', 2) AS ref, p.currency, -sum(p.amount)::bigint AS total
              FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
              JOIN ledger_account AS a ON a.id = p.account_id
             WHERE e.kind IN ('refund_released', 'lose_chargeback', 'return_loss')
               AND a.code LIKE 'freelancer:%'
             GROUP BY 1, 2)
        SELECT l.ref AS lot, l.amount_back, coalesce(t.total, 0) AS taken
          FROM payments_lot AS l LEFT JOIN taken AS t ON t.ref = l.ref AND t.currency = l.currency
         WHERE {minor("l.amount_back", "l.currency")}
               <> coalesce(t.total, 0)""")  # noqa: S608 -- our own constants


@law("What was divided off an escrow is held in others, and was in no other before")
def divided_money_is_in_others() -> list[Row]:
    return rows("""
        SELECT e.ref AS escrow, e.divided, coalesce(sum(p.gross), 0) AS parts
          FROM payments_escrow AS e LEFT JOIN payments_escrow AS p ON p.divided_from_id = e.id
         GROUP BY e.id HAVING e.divided <> coalesce(sum(p.gross), 0)""")


@law("What was released of an escrow is what its lots brought")
def released_money_has_its_lots() -> list[Row]:
    return rows("""
        SELECT e.ref AS escrow, e.state, e.released, coalesce(sum(l.gross), 0) AS lots
          FROM payments_escrow AS e LEFT JOIN payments_lot AS l ON l.escrow_id = e.id
         GROUP BY e.id HAVING e.released <> coalesce(sum(l.gross), 0)""")


@law("A restriction stands where its history left it")
def restrictions_follow_their_history() -> list[Row]:
    return rows("""
        SELECT r.ref AS restriction, r.state, last.became
          FROM payments_restriction AS r
          LEFT JOIN LATERAL (
               SELECT became FROM payments_restrictionchange AS c
                WHERE c.restriction_id = r.id ORDER BY c.id DESC LIMIT 1) AS last ON true
         WHERE r.state <> coalesce(last.became, 'active')""")

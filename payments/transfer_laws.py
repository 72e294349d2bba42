"""Laws of money that arrived and that nobody was waiting for."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows
from payments.queries.minor import minor


@law("In suspense is what waits for somebody to say whose it is")
def suspense_is_what_waits() -> list[Row]:
    return rows(f"""
        WITH waiting AS (
            SELECT currency, sum({minor("amount", "currency")})::bigint AS total
              FROM payments_straypayment
             WHERE matched_at IS NULL AND returned_at IS NULL GROUP BY currency),
        books AS (SELECT currency, balance FROM ledger_account WHERE code = 'suspense')
        SELECT currency, coalesce(total, 0) AS waiting, coalesce(balance, 0) AS balance
          FROM waiting FULL JOIN books USING (currency)
         WHERE coalesce(total, 0) <> coalesce(balance, 0)""")  # noqa: S608 -- our own constants


@law("A bank transfer is a charge over its sum, kept as credit unless somebody has doubts")
def bank_transfers_are_kept() -> list[Row]:
    return rows("""
        SELECT t.ref AS bank_transfer, t.amount, c.amount AS charged, c.state, s.kept, t.doubt
          FROM payments_banktransfer AS t
          JOIN payments_charge AS c ON c.id = t.charge_id
          JOIN payments_settlement AS s ON s.charge_id = c.id
          LEFT JOIN payments_straypayment AS w ON w.payment_id = c.payment_id
         WHERE t.amount <> c.amount
            OR (c.state = 'succeeded'
                AND s.kept <> CASE WHEN t.doubt = '' OR w.matched_at IS NOT NULL
                                   THEN t.amount ELSE 0 END)""")

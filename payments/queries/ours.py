"""How much at the provider is the platform's own, and nobody else's."""

from __future__ import annotations

from billing_site.kernel.money import Money, from_minor
from ledger.queries.rows import rows
from payments.queries.minor import minor

# Of what is held, VAT on our fee goes back with it.
LEFT = "(gross - released - refunded - divided - lost) / gross"
NOT_EARNED = minor(f"client_fee_tax * {LEFT}", "currency")
# What lies at each payee, as far as it is theirs: it may have gone back to a client since.
AT_PAYEES = """
    SELECT coalesce(sum(least(-p.balance, theirs.minor)), 0)
      FROM ledger_account AS p
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(a.balance), 0) AS minor FROM ledger_account AS a
            WHERE a.holder_id = p.holder_id AND a.currency = p.currency AND a.kind = 'liability'
              AND (a.code ^@ 'freelancer:' OR a.code ^@ 'payout:')) AS theirs
     WHERE p.code ^@ 'provider:payee:' AND p.currency = %s"""


def ours(currency: str) -> Money:
    """Return what can leave the provider's balance and leaves enough for all that is owed of it.

    Owed is what clients and freelancers have with us, with fees that are not earned yet. What
    lies at a payee's account is theirs already, but no more than what they have pending,
    available and on its way: nobody gives us the rest. VAT on what is earned is ours to pay on,
    from our own bank. What is charged and not there yet is not counted on, nor what others owe
    us. A position in another currency that is still to be exchanged is not ours, either.
    """
    [found] = rows(
        f"""
        SELECT coalesce(-sum(balance) FILTER (WHERE code = 'provider:balance'), 0)
             - coalesce(sum(balance) FILTER (
                   WHERE kind = 'liability' AND NOT code ^@ 'tax:'), 0)
             + ({AT_PAYEES})
             - greatest(coalesce(sum(balance) FILTER (WHERE code = 'provider:clearing'), 0), 0)
             - greatest(coalesce(sum(balance) FILTER (WHERE code ^@ 'fx:'), 0), 0)
             - (SELECT coalesce(sum(ceil({NOT_EARNED})), 0) FROM payments_escrow
                 WHERE state = 'held' AND currency = %s) AS minor
          FROM ledger_account WHERE currency = %s""",  # noqa: S608 -- our own constants
        [currency] * 3,
    )
    return from_minor(int(found["minor"]), currency)

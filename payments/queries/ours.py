"""How much at the provider is the platform's own, and nobody else's."""

from __future__ import annotations

from billing_site.kernel.money import Money, from_minor
from ledger.queries.rows import rows
from payments.queries.minor import minor

# Of what is held, VAT on our fee goes back with it.
LEFT = "(gross - released - refunded - divided - lost) / gross"
NOT_EARNED = minor(f"client_fee_tax * {LEFT}", "currency")


def ours(currency: str) -> Money:
    """Return what can leave the provider's balance and leaves enough for all that is owed of it.

    Owed is what clients and freelancers have with us, with fees that are not earned yet; what
    lies at a payee's account is theirs already. VAT on what is earned is ours to pay on, from our
    own bank. What is charged and not there yet is not counted on, nor what others owe us. A
    position in another currency that is still to be exchanged is not ours, either.
    """
    [found] = rows(
        f"""
        SELECT coalesce(-sum(balance) FILTER (WHERE code = 'provider:balance'), 0)
             - coalesce(sum(balance) FILTER (
                   WHERE kind = 'liability' AND NOT code ^@ 'tax:'), 0)
             - coalesce(sum(balance) FILTER (WHERE code ^@ 'provider:payee:'), 0)
             - greatest(coalesce(sum(balance) FILTER (WHERE code = 'provider:clearing'), 0), 0)
             - greatest(coalesce(sum(balance) FILTER (WHERE code ^@ 'fx:'), 0), 0)
             - (SELECT coalesce(sum(ceil({NOT_EARNED})), 0) FROM payments_escrow
                 WHERE state = 'held' AND currency = %s) AS minor
          FROM ledger_account WHERE currency = %s""",  # noqa: S608 -- our own constants
        [currency, currency],
    )
    return from_minor(int(found["minor"]), currency)

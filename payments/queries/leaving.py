"""What the books would say if held money left now. Nothing is posted, and nothing is written."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money, zero
from ledger import movements
from ledger.movements import Movement
from payments.models import Escrow

NEW = "new"  # stands for the document that is written when it happens


def movements_of(escrow: Escrow, released: Money, *, invoice: str, at: datetime) -> list[Movement]:
    """Return what `services.dividing` would post: *released* to the freelancer, the rest back."""
    work, back = escrow.division(released)
    found = []
    if released:
        found.append(
            movements.release_escrow(
                escrow=escrow.ref,
                invoice=invoice,
                freelancer=escrow.freelancer_id,
                gross=work.gross,
                client_fee=work.client_fee,
                freelancer_fee=work.freelancer_fee,
                freelancer_fee_tax=work.freelancer_fee_tax,
                tax_country=escrow.fee_tax_country_freelancer,
                at=at,
            )
        )
    if back.gross:
        found.append(
            movements.refund_from_escrow(
                escrow=escrow.ref,
                refund=NEW,
                client=escrow.client_id,
                gross=back.gross,
                client_fee=back.client_fee,
                client_fee_tax=back.client_fee_tax,
                tax_country=escrow.fee_tax_country_client,
                at=at,
                to_credit=_to_credit(escrow, back.client_total),
            )
        )
    return found


def _to_credit(escrow: Escrow, amount: Money) -> Money:
    """What the client's credit had paid is credit again, as `services.refunds` has it."""
    charge = escrow.funded_by
    nothing = zero(escrow.currency)
    if charge is None:
        return nothing
    return max(amount - charge.refundable, nothing)

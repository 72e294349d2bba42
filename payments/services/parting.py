"""A part of held money goes to an escrow of its own, to be decided apart from the rest."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from ledger import movements
from ledger.movements import Movement
from payments.models import Escrow
from payments.services.freezing import refuse_if_frozen


def divide_off(
    held: Escrow, *, net: Money, tax: Money, document: str, title: str, at: datetime
) -> tuple[Escrow, Movement]:
    """Divide net and tax off *held*, with their part of the client's fee and its tax.

    The caller has locked it, and posts the movement last. Where it came from, and until when
    it can be held, is the same for both.

    :raises WrongState: nothing is held there.
    :raises NotAllowed: it is frozen, or so much of it is not to be divided off.
    """
    gross = net + tax
    if held.state != Escrow.State.HELD:
        raise WrongState(f"“{held.title}” cannot be divided: it is {held.get_state_display()}.")
    refuse_if_frozen(held)
    if not zero(held.currency) < gross < held.remaining:
        raise NotAllowed(f"{show(gross)} cannot be divided off {show(held.remaining)}.")
    fee = held.part(gross, before=held.gone)
    part = Escrow.objects.create(
        client=held.client,
        freelancer=held.freelancer,
        document=document,
        title=title,
        currency=held.currency,
        net=net,
        tax=tax,
        gross=gross,
        client_fee=fee.client_fee,
        client_fee_tax=fee.client_fee_tax,
        freelancer_fee_bps=held.freelancer_fee_bps,
        freelancer_fee_tax_bps=held.freelancer_fee_tax_bps,
        fee_tax_country_client=held.fee_tax_country_client,
        fee_tax_country_freelancer=held.fee_tax_country_freelancer,
        security_days=held.security_days,
        released=zero(held.currency),
        refunded=zero(held.currency),
        divided=zero(held.currency),
        lost=zero(held.currency),
        divided_from=held,
        outlives_charge=held.outlives_charge,
        created_at=held.created_at,
    )
    by = SYSTEM(f"it was divided off {held}")
    take(part.fund, by=by, at=at, funded_by_id=held.funded_by_id)
    part.held_at, part.hold_deadline = held.held_at, held.hold_deadline
    part.save(update_fields=["held_at", "hold_deadline"])
    held.divided += gross
    held.save(update_fields=["divided"])
    movement = movements.divide_escrow(
        escrow=held.ref,
        into=part.ref,
        client=held.client_id,
        gross=gross,
        client_fee=part.client_fee,
        at=at,
    )
    return part, movement

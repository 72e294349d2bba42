"""Escrows that wait for the money: they exist first, so that others can point at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billing_site.kernel.money import zero
from billing_site.people.models import Organization
from payments.models import Escrow
from payments.services.terms import EscrowTerms


def expect(
    terms: EscrowTerms, *, client: Organization, at: datetime, outlives_charge: bool = False
) -> Escrow:
    """Make the escrow that a charge is going to fill, so that others can point at it."""
    nothing = zero(str(terms.net.currency))
    return Escrow.objects.create(
        client=client,
        released=nothing,
        refunded=nothing,
        divided=nothing,
        lost=nothing,
        outlives_charge=outlives_charge,
        created_at=at,
        **terms.columns(),
    )


def expect_all(
    terms: Sequence[EscrowTerms], *, clients: Sequence[Organization], at: datetime
) -> list[Escrow]:
    """Make many escrows at once, each of the client beside it; they outlive their charges."""
    made = [
        Escrow(
            client=client,
            released=zero(str(each.net.currency)),
            refunded=zero(str(each.net.currency)),
            divided=zero(str(each.net.currency)),
            lost=zero(str(each.net.currency)),
            outlives_charge=True,
            created_at=at,
            **each.columns(),
        )
        for each, client in zip(terms, clients, strict=True)
    ]
    return Escrow.objects.bulk_create(made)

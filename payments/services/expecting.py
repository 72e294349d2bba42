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
    escrow = _expected(terms, client, outlives_charge=outlives_charge, at=at)
    escrow.save()
    return escrow


def expect_all(
    terms: Sequence[EscrowTerms], *, clients: Sequence[Organization], at: datetime
) -> list[Escrow]:
    """Make many escrows at once, each of the client beside it; they outlive their charges."""
    made = [
        _expected(each, client, outlives_charge=True, at=at)
        for each, client in zip(terms, clients, strict=True)
    ]
    return Escrow.objects.bulk_create(made)


def _expected(
    terms: EscrowTerms, client: Organization, *, outlives_charge: bool, at: datetime
) -> Escrow:
    nothing = zero(str(terms.net.currency))
    return Escrow(
        client=client,
        released=nothing,
        refunded=nothing,
        divided=nothing,
        lost=nothing,
        outlives_charge=outlives_charge,
        created_at=at,
        **terms.columns(),
    )

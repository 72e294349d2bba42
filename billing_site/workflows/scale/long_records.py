"""A client with very long records: a few pieces of paid work, copied by plain SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections
from djmoney.money import Money

from billing_site.kernel.references import public_ref
from billing_site.people.models import Membership, Organization, User
from billing_site.workflows.scale.copying import copy_world
from invoices.models import Contract, Invoice, Milestone
from ledger import movements
from ledger.services.posting import post_many
from payments.models import Escrow

WORKS = 25  # of a contract
ROWS = 2 * WORKS  # of one copy: each work is paid for, and each is released
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWNER = "owner"  # of the database, who may let triggers and foreign keys rest


@dataclass(frozen=True, slots=True)
class Parties:
    client: Organization
    freelancer: Organization
    owner: User


def fill(copies: int) -> Parties:
    """Give a client ROWS times *copies* rows in its records, each with its document."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        parties = _parties()
        contract = _contract(parties)
        entries = [
            each for place in range(1, WORKS + 1) for each in _work(parties, contract, place)
        ]
        cursor.execute("RESET session_replication_role")
        post_many(entries)
        copy_world(cursor, people=1, volume=copies)
    return parties


def _parties() -> Parties:
    owner = _made(User, email="ada@bench.example", name="Ada")
    client, freelancer = (
        _made(
            Organization, kind=kind, name=name, series_code=code, currency="EUR", country="AT",
            street="Street 1", postal_code="1010", city="Vienna", created_at=MONDAY,
        )
        for kind, name, code in (("client", "Adagio", "BCA"), ("freelancer", "Ben Byte", "BCB"))
    )  # fmt: skip
    _made(Membership, user=owner, organization=client, role="owner", since=MONDAY)
    return Parties(client, freelancer, owner)


def _contract(parties: Parties) -> Contract:
    return _made(
        Contract, client=parties.client, freelancer=parties.freelancer, kind="fixed",
        title="A shop on the web", currency="EUR", client_fee_bps=500, freelancer_fee_bps=1_000,
        review_days=14, security_days=5, policy_version="2026-1", tax_treatment="none", tax_bps=0,
        created_at=MONDAY, offered_at=MONDAY, accepted_at=MONDAY,
        expires_at=MONDAY + timedelta(days=14), state="active",
    )  # fmt: skip


def _work(parties: Parties, contract: Contract, place: int) -> list[movements.Movement]:
    """Write one milestone with its invoice and its escrow; return what it did to the books."""
    at = MONDAY + timedelta(hours=9 * place)
    net, nothing, fee = (Money(amount, "EUR") for amount in (100 + place, 0, 5))
    milestone = _made(
        Milestone, contract=contract, position=place, title=f"Part {place}", currency="EUR",
        price=net, funded_at=at, closed_at=at, state="closed",
    )  # fmt: skip
    escrow = _made(
        Escrow, client=parties.client, freelancer=parties.freelancer, currency="EUR", net=net,
        document=f"milestone/{milestone.ref}", title=milestone.title, tax=nothing, gross=net,
        client_fee=fee, client_fee_tax=fee / 5, freelancer_fee_bps=1_000,
        freelancer_fee_tax_bps=2_000, fee_tax_country_client="AT",
        fee_tax_country_freelancer="AT", security_days=5, released=net, refunded=nothing,
        divided=nothing, lost=nothing, created_at=at, held_at=at,
        hold_deadline=at + timedelta(days=90), state="released",
    )  # fmt: skip
    invoice = _made(
        Invoice, contract=contract, source="milestone", milestone=milestone, escrow=escrow,
        issuer=parties.freelancer, recipient=parties.client, title=milestone.title,
        currency="EUR", net=net, tax=nothing, gross=net, tax_treatment="none", tax_bps=0,
        created_at=at, number=f"BCB-2026-{place:05}", series="BCB", series_year=2026, place=place,
        approved_at=at, issued_at=at, frozen={}, verification_code=public_ref(), state="paid",
    )  # fmt: skip
    works = net / 10
    return [
        movements.fund_escrow(
            escrow=escrow.ref, charge=public_ref(), client=parties.client.pk, gross=net,
            client_fee=fee, client_fee_tax=fee / 5, tax_country="AT", at=at,
        ),
        movements.release_escrow(
            escrow=escrow.ref, invoice=invoice.ref, freelancer=parties.freelancer.pk, gross=net,
            client_fee=fee, freelancer_fee=works, freelancer_fee_tax=works / 5, tax_country="AT",
            at=at + timedelta(hours=4),
        ),
    ]  # fmt: skip


def _made(model: Any, **facts: Any) -> Any:
    return model.objects.using(OWNER).create(**facts)

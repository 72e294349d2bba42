"""What a seed makes: the same world each time, and nothing outside of the demo."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.workflows.demo_world import stage
from invoices.models import Contract, Invoice
from ledger.models import Entry
from payments.models import Payout
from tests.conftest import empty_the_database

NOW = timezone.now()


@pytest.mark.django_db
def test_outside_of_the_demo_there_is_neither_a_world_nor_a_code(settings: Any) -> None:
    settings.DEMO = False
    before = User.objects.count()

    for command in ("seed", "demo_code"):
        with pytest.raises(CommandError, match="demo"):
            call_command(command)
    assert User.objects.count() == before


@pytest.mark.release
@pytest.mark.django_db(transaction=True)
def test_the_same_seed_makes_the_same_world() -> None:
    made = []
    for _ in range(2):
        with clock.pinned(NOW):
            stage.play(seed=3)
        made.append(digest())
        empty_the_database()

    assert made[0] == made[1]


def digest() -> str:
    """Everything but references and keys, which are random: names, sums, states and dates."""
    told = hashlib.sha256()
    contracts = Contract.objects.order_by("title").values_list(
        "title", "state", "client__name", "freelancer__name", "offered_at", "accepted_at"
    )
    invoices = Invoice.objects.order_by("title", "issuer__name", "created_at").values_list(
        "title", "state", "gross", "currency", "number", "submitted_at", "approved_at"
    )
    payouts = Payout.objects.order_by("requested_at", "freelancer__name").values_list(
        "freelancer__name", "state", "amount", "requested_at", "finished_at"
    )
    entries = Entry.objects.order_by("occurred_at", "kind", "pk").values_list("kind", "occurred_at")
    for rows in (contracts, invoices, payouts, sorted(entries)):
        told.update(repr(list(rows)).encode())
    return told.hexdigest()

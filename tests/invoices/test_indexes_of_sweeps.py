"""What sweeps and pages ask for all day is found by an index of its own."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from billing_site.platform.models import Notice
from invoices.models import Milestone, Week
from payments.models import Payout, Quote
from tests.given import NOON

INDEXES: list[tuple[str, QuerySet]] = [  # type: ignore[type-arg]  # of any of them
    ("payouts_to_send", Payout.objects.to_send(at=NOON)),
    ("payouts_by_transfer", Payout.objects.filter(transfer_id="tr_1")),
    ("payouts_by_bank_payment", Payout.objects.filter(payout_id="po_1")),
    ("quotes_that_run_out", Quote.objects.run_out(at=NOON).order_by()),
    ("milestones_with_money", Milestone.objects.open().order_by("escrow").only("escrow")),
    ("weeks_to_close", Week.objects.filter(state=Week.State.LOCKED).order_by("id")),
    ("unread_notices", Notice.objects.filter(user_id=1).unread().only("user_id")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("index", "rows"), INDEXES)
def test_what_is_due_is_found_by_an_index_of_its_own(
    index: str,
    rows: QuerySet,  # type: ignore[type-arg]  # of any of them
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    assert index in rows.explain()

"""A world that is seeded for a while, and sums over it that are made the long way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connections
from django.db.models import Count, Max, Sum
from django.test import override_settings

from billing_site.kernel.money import Money, zero
from billing_site.people.models import Organization
from billing_site.platform import clock
from billing_site.workflows.demo_world import stage
from ledger.models import Account, Posting
from records.queries.totals import totals
from tests.conftest import empty_the_database, numbers_begin_anew
from tests.records.sums import every_row
from tests.records.test_totals import EARNED


@contextmanager
def seeded(*, at: datetime, files: Path) -> Iterator[None]:
    """Seed and commit it; in the end the owner of the database empties it."""
    quick = override_settings(
        PRIVATE_FILES=files,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with quick, numbers_begin_anew():
        with clock.pinned(at):
            stage.play(seed=1)
        yield
        connections["default"].close()
        empty_the_database()


def earned_by_row(organization: Organization) -> Money:
    rows = every_row(organization, currency=organization.currency)
    return sum((row.change for row in rows if row.kind in EARNED), zero(organization.currency))


def earned_in_all(organization: Organization, *, at: datetime) -> Money:
    currency = organization.currency
    years = totals(organization, currency, at.year, at=at).years
    sums = [totals(organization, currency, year, at=at).whole.left for year in years]
    return sum(sums, zero(currency))


def unlike_its_postings() -> list[str]:
    """Accounts whose balance or number of postings is not that of their postings."""
    sums = Posting.objects.values("account").annotate(
        sum=Sum("amount"), count=Count("pk"), last=Max("seq")
    )
    accounts = Account.objects.in_bulk([row["account"] for row in sums])
    return [
        str(accounts[row["account"]])
        for row in sums
        if (accounts[row["account"]].balance, accounts[row["account"]].seq)
        != (row["sum"], row["count"])
        or row["last"] != row["count"]
    ]

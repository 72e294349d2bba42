"""Hours that are written down by hand, and seen on a page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Contract, TimeEntry
from invoices.services import time_entries
from invoices.services.time_entries import Written
from tests.invoices.march import at

NINE_TO_TEN = Written(at(3, 9), at(3, 10), "Tickets", "support")


def add(contract: Contract, by: User, written: Written = NINE_TO_TEN, **facts: Any) -> TimeEntry:
    return time_entries.add(contract.pk, written, by=by, **{"at": at(3, 18), **facts})[0]


def week(contract: Contract, monday: str = "2026-03-02") -> str:
    return reverse("week", args=[contract.ref, monday])

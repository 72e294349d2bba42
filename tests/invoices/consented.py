"""Who approves, and in whose name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing_site.people.models import Membership, User
from billing_site.people.services import organizations
from invoices.models import Approval, Invoice
from invoices.services import invoicing
from tests import given
from tests.given import EUR, NOON, days

LATER = NOON + days(1)


def want_two(alice: User, *, above: str | None = "999.99") -> None:
    organizations.want_two_above(
        given.organization(alice).pk, amount=EUR(above) if above else None, by=alice, at=NOON
    )


def seat(user: User) -> Membership:
    return Membership.objects.get(user=user)


def approve(invoice: Invoice, by: User, *, at: datetime = LATER, **facts: Any) -> Invoice:
    return invoicing.approve(invoice.pk, by=by, at=at, **facts)


def living() -> list[str]:
    return [str(each) for each in Approval.objects.living().order_by("pk")]

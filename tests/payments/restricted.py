"""Organizations that may not do something for a while."""

from __future__ import annotations

from typing import Any

from billing_site.people.models import User
from payments.models import Restriction
from payments.services import restricting
from tests import given_payments as given
from tests.given_payments import DAY, NOON

WHY = "The name of the bank account is another one."
LAST_DAY = (NOON + 14 * DAY).date()


def restrict(subject: User, by: User, *scopes: str, alone: bool = False) -> Restriction:
    facts: dict[str, Any] = {
        "scopes": scopes or ("payouts",),
        "reason": WHY,
        "review_on": LAST_DAY,
        "by": by,
        "at": NOON,
    }
    if alone:
        return restricting.restrict_user(subject.pk, **facts)
    return restricting.restrict_organization(given.organization(subject).pk, **facts)

"""What can be restricted, why, and how far a restriction has come."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    ACTIVE = "active", "in force"
    APPEALED = "appealed", "in force, being looked at a second time"
    LIFTED = "lifted", "lifted"
    EXPIRED = "expired", "over"


STANDING = (State.ACTIVE, State.APPEALED)


class Scope(models.TextChoices):
    OFFERS = "offers", "make or accept new offers"
    HOURS = "hours", "log new hours"
    FUNDING = "funding", "fund new work"
    PAYOUTS = "payouts", "withdraw"


class Cause(models.TextChoices):
    STAFF = "staff", "somebody of ours decided it"
    UNPAID = "unpaid", "something that is due was not paid"


# A client never logs hours: others do, for them.
OF_CLIENTS = {
    Scope.OFFERS: "make new offers, or raise a weekly limit or a rate",
    Scope.HOURS: "have new hours protected",
}


def words_of(scope: Scope, *, is_client: bool) -> str:
    return OF_CLIENTS.get(scope, scope.label) if is_client else scope.label

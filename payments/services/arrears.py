"""What follows from not paying: less and less may be begun, and all of it ends when it is paid."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM
from payments import consequences
from payments.models import Restriction
from payments.queries.late import is_on_its_way, late_collections, late_since
from payments.services import charging, restricting
from payments.services import telling_restrictions as telling

LOOKED_AT_AFTER = timedelta(days=30)  # by somebody of ours: it does not end by that
ALL_PAID = SYSTEM("nothing that was due is unpaid any more")


def follow(*, at: datetime) -> list[Restriction]:
    """Restrict every client who is on a new step; return those that are new or more.

    Where what was late is given up, credited or disputed, it restricts nobody any more. While a
    bank debit is on its way for all of it, what is restricted stays so, and nothing more is.
    """
    begun = late_since()
    seen = ("organization", "scopes")
    steps = dict(Restriction.objects.standing().unpaid().values_list(*seen))
    late = [  # Of the others there is nothing to do: this is asked every minute.
        client_id
        for client_id, since in sorted(begun.items())
        if len(steps.get(client_id, [])) < len(consequences.reached(since, at))
    ]
    changed = one_by_one(late, lambda pk: _step_up(pk, at=at), to="restrict organization")
    paid = sorted(set(steps) - set(begun))
    one_by_one(paid, lambda pk: end_if_paid(pk, at=at), to="let go organization")
    return changed


@transaction.atomic
def end_if_paid(client_id: int, *, at: datetime) -> Restriction | None:
    """Let them do everything again, in the transaction in which the last of it is paid.

    Of two payments that are the last at once, the second waits here for the first, and sees it.
    """
    theirs = Restriction.objects.standing().unpaid().filter(organization=client_id)
    pk = theirs.values_list("pk", flat=True).first()
    if pk is None:
        return None
    restriction = Restriction.objects.lock(pk)
    if not restriction.is_standing or late_collections(client_id).exists():
        return None
    return restricting.lift(pk, reason="All that was due is settled.", by=ALL_PAID, at=at)


# For whoever tells those that log hours for a client; they are nobody's that payments knows.


@transaction.atomic
def take_protection(restriction_id: int, *, at: datetime) -> Restriction | None:
    """From now on new hours for its client are not protected; None: that is over, or was said.

    The caller says so to whoever logs them, in the same transaction.
    """
    restriction = Restriction.objects.lock(restriction_id)
    if not restriction.is_standing or restriction.hours_since is not None:
        return None
    restriction.hours_since = at
    restriction.save(update_fields=["hours_since"])
    return restriction


@transaction.atomic
def give_protection_back(restriction_id: int, *, at: datetime) -> Restriction | None:
    """Note that whoever logs hours is told of the end; None: another sweep was faster."""
    restriction = Restriction.objects.lock(restriction_id)
    if restriction.hours_back_at is not None:
        return None
    restriction.hours_back_at = at
    restriction.save(update_fields=["hours_back_at"])
    return restriction


@transaction.atomic
def _step_up(client_id: int, *, at: datetime) -> Restriction | None:
    late = late_collections(client_id).values_list("charge", flat=True)
    charging.lock_all(list(late))  # Whoever pays one now is faster, or waits and ends this at once.
    since = late_since(client_id).get(client_id)
    if since is None or is_on_its_way(client_id):
        return None  # It was paid while we were getting here, or their bank is on it.
    reached = consequences.reached(since, at)
    restriction = _standing(client_id, since)
    if len(restriction.scopes) >= len(reached):
        return None  # Another sweep was faster.
    restriction.scopes = sorted(scope for _, scope in reached)
    restriction.save()
    telling.restricted(restriction, consequences.ahead_in_words(since, at), at=reached[-1][0])
    return restriction


def _standing(client_id: int, since: datetime) -> Restriction:
    standing = Restriction.objects.standing().unpaid().filter(organization=client_id)
    pk = standing.values_list("pk", flat=True).first()
    if pk is not None:
        return Restriction.objects.lock(pk)
    first = late_collections(client_id).aggregate(first=Min("late_since"))["first"]
    return Restriction(
        organization_id=client_id,
        cause=Restriction.Cause.UNPAID,
        scopes=[],
        reason=f"What could not be charged on {first:%-d %B %Y} is not paid.",
        set_at=since + consequences.GRACE,
        review_on=(since + LOOKED_AT_AFTER).date(),
    )

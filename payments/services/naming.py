"""Whose a payout method is: another name than theirs is looked at before anything is paid to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.periods import add_business_days
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people import staff
from billing_site.people.models import Membership, Organization, User
from billing_site.platform import audit
from payments.holder_names import is_same
from payments.models import PayoutMethod
from payments.models.payee import REVIEW
from payments.services import ending_schedules, telling_of_payees

REVIEW_DAYS = 2  # business days
ANOTHER_NAME = SYSTEM("its holder has another name")


def check(method: PayoutMethod, *, at: datetime) -> None:
    """Doubt a method that was just named, if its holder is not who is paid. Others only wait.

    Those of the staff who decide whose it is are told.
    """
    organization = method.organization
    if not method.holder or not is_anothers(method.holder, organization):
        return
    review_on = add_business_days(at.date(), REVIEW_DAYS, organization.country)
    take(method.doubt, by=ANOTHER_NAME, at=at, review_on=review_on)
    text = (
        f"Decide by {review_on:%-d %B %Y} whose {method} is: {organization} named it, and its"
        f" holder is “{method.holder}”."
    )
    staff.tell(
        REVIEW,
        text=text,
        url=reverse("admin:payments_payoutmethod_changelist"),
        key=f"payout_method/{method.ref}/doubted",
        at=at,
    )


def is_anothers(holder: str, organization: Organization) -> bool:
    return not is_same(holder, *names_of(organization))


def why_not(method: PayoutMethod) -> str:
    """Say for its freelancer why nothing is paid to this bank; empty: its name is no reason.

    One that has another holder since stands in another row, and what waits names the first.
    """
    same = PayoutMethod.objects.filter(
        organization=method.organization_id, destination=method.destination
    )
    last = same.order_by("-pk").first()
    assert last, "It is one of them."
    if last.state == PayoutMethod.State.NAMED:
        return ""
    if last.is_doubted and last.removed_at is None:
        return f"{method} has another holder now. We look whose it is before it is paid to."
    return f"Nothing is paid to {method} any more. Cancel this withdrawal and choose another bank."


def names_of(organization: Organization) -> list[str]:
    """Return what an organization is called; a freelancer who is one person, that person too."""
    names = [organization.legal_name, organization.name]
    if organization.kind != Organization.Kind.FREELANCER:
        return names
    seats = Membership.objects.live().filter(organization=organization, role="owner")
    return [*names, *seats.order_by("pk").values_list("user__name", flat=True)]


@transaction.atomic
def accept(method_id: int, *, reason: str, by: User, at: datetime) -> PayoutMethod:
    """It is theirs after all: it can be paid to once its waiting time is over.

    :raises WrongState: nobody doubts it, or it was decided before.
    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: its owner removed it meanwhile.
    """
    method = _doubted(method_id)
    take(method.accept, by=by, at=at, note=reason)
    _record("accepted", method, reason, by=by, at=at)
    telling_of_payees.method_accepted(method, at=at)
    return method


@transaction.atomic
def refuse(method_id: int, *, reason: str, by: User, at: datetime) -> PayoutMethod:
    """It is somebody else's: nothing is ever paid to it. The freelancer reads *reason*.

    :raises WrongState: nobody doubts it, or it was decided before.
    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: its owner removed it meanwhile.
    """
    organization_id = PayoutMethod.objects.values_list("organization", flat=True).get(pk=method_id)
    schedule = ending_schedules.lock_of(organization_id)
    method = _doubted(method_id)
    take(method.refuse, by=by, at=at, note=reason)
    ending_schedules.end_if_removed(schedule, at=at)
    _record("refused", method, reason, by=by, at=at)
    telling_of_payees.method_refused(method, reason=reason, at=at)
    return method


def _doubted(method_id: int) -> PayoutMethod:
    method = PayoutMethod.objects.lock(method_id)
    if method.is_doubted and method.removed_at is not None:
        raise NotAllowed(f"{method} was removed on {method.removed_at:%-d %B %Y}.")
    return method


def _record(what: str, method: PayoutMethod, reason: str, *, by: User, at: datetime) -> None:
    about = f"payout_method/{method.ref}"
    audit.record(by, f"payout_method.{what}", about, at=at, reason=reason)

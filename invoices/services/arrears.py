"""Telling freelancers whose client does not pay, while they can still decide to stop."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.people.access import Deed
from invoices.models import Contract
from invoices.services.telling import date_words, tell
from payments.models import Restriction
from payments.services import arrears


def follow(*, at: datetime) -> list[Restriction]:
    """Restrict clients who are late; return those whose hours lose protection or have it back.

    Hours lose it from the moment on at which that is said to whoever logs them, and not before.
    """
    arrears.follow(at=at)
    told = []
    for rows, tell_them in (
        (Restriction.objects.untold(), _tell_of_loss),
        (Restriction.objects.to_take_back(), _tell_of_return),
    ):
        keys = rows.values_list("pk", flat=True)
        tell_of = partial(tell_them, at=at)
        told += one_by_one(keys, tell_of, to="tell of the hours of restriction")
    return told


@transaction.atomic
def _tell_of_loss(restriction_id: int, *, at: datetime) -> Restriction | None:
    restriction = arrears.take_protection(restriction_id, at=at)
    if restriction is None:
        return None  # It is paid, or another sweep was faster.
    _tell(
        restriction,
        "hours_unprotected",
        "A payment of {client} is late: new hours are not protected",
        at=at,
    )
    return restriction


@transaction.atomic
def _tell_of_return(restriction_id: int, *, at: datetime) -> Restriction | None:
    restriction = arrears.give_protection_back(restriction_id, at=at)
    if restriction is None:
        return None
    _tell(restriction, "hours_protected_again", "Hours for {client} are protected again", at=at)
    return restriction


def _tell(restriction: Restriction, template: str, subject: str, *, at: datetime) -> None:
    hourly = Contract.objects.filter(
        client=restriction.organization_id,
        kind=Contract.Kind.HOURLY,
        state__in=Contract.RUNNING,
    )
    for contract in hourly.select_related("client", "freelancer").order_by("pk"):
        tell(
            contract.freelancer,
            Deed.WORK,
            contract,
            template=template,
            subject=subject.format(client=contract.client),
            key=f"{template}/{restriction.ref}",
            at=at,
            client=str(contract.client),
            since=date_words(at),
        )

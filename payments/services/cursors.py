"""How far something of a gateway was read, and whose accounts could not be read lately."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.platform.queue import still_at_it
from payments.gateways.base import GatewayError
from payments.models import GatewayCursor, Payee

logger = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(hours=1)  # what went wrong
BATCH = 500


@dataclass(frozen=True, slots=True)
class Read:
    """What became of reading each payee's account."""

    count: int
    since: datetime  # the earliest moment from which one of them was read
    unread: list[str]


def reached(what: str, *, gateway: str | None = None) -> datetime | None:
    found = GatewayCursor.objects.filter(what=what)
    if gateway is not None:
        found = found.filter(gateway=gateway)
    return found.order_by("reached_at").values_list("reached_at", flat=True).last()


def move(gateway: str, what: str, *, to: datetime) -> None:
    GatewayCursor.objects.update_or_create(gateway=gateway, what=what, defaults={"reached_at": to})


def begin(gateway: str, what: str, *, at: datetime) -> bool:
    """Tell whether it is time to try, and note the try: one that fails has to wait."""
    name = f"{what}, tried"
    last = reached(name, gateway=gateway)
    if last is not None and at - AGAIN_AFTER < last <= at:
        return False
    move(gateway, name, to=at)
    return True


def read_payees(
    gateway: str, what: str, read: Callable[[str, datetime], int], *, since: datetime
) -> Read:
    """Call *read(account, since)* for every payee's account, and go on where one cannot be read.

    Such a one is read from the same moment on the next time, however late that is.
    """
    late = _late(gateway, what)
    count, earliest, unread = 0, since, list[str]()
    payees = Payee.objects.exclude(account="").order_by("pk").values_list("pk", "account")
    for pk, account in payees.iterator(chunk_size=BATCH):
        still_at_it()  # a job that takes as long as there are payees
        beginning = min(since, late.get(pk, since))
        try:
            count += read(account, beginning)
        except GatewayError:
            logger.exception("The %s of %s cannot be read now", what, account)
            move(gateway, f"{what}/{pk}", to=beginning)
            unread.append(account)
            continue
        if pk in late:
            GatewayCursor.objects.filter(gateway=gateway, what=f"{what}/{pk}").delete()
        earliest = min(earliest, beginning)
    return Read(count, earliest, unread)


def _late(gateway: str, what: str) -> dict[int, datetime]:
    """Return the payees whose accounts could not be read, each with the moment to begin at."""
    found = GatewayCursor.objects.filter(gateway=gateway, what__startswith=f"{what}/")
    return {int(name.split("/")[1]): at for name, at in found.values_list("what", "reached_at")}

"""Which disputes there are: for a side, for the desk, and for the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from billing_site.people import staff
from billing_site.people.models import Organization, User
from disputes.models.sides import MEDIATE
from invoices.models import Contract

if TYPE_CHECKING:
    from disputes.models.dispute import Dispute

UNARBITRATED = ("open", "in_mediation", "proposed", "unresolved")  # no share is put down
# The sides may still agree, and nothing is decided.
OPEN = (*UNARBITRATED, "arbitration_pending", "in_arbitration")
DECIDED = ("decided", "in_appeal")  # a figure stands, and can be appealed or agreed away
RUNNING = (*OPEN, *DECIDED)
OUTCOMES = ("settled", "final", "awarded", "defaulted")  # the money is split by the figure
DROPPED = ("withdrawn", "void")  # nothing is split
HEARD = ("in_mediation", "in_appeal")  # by a mediator, who may ask a side
FOR_STAFF = (*HEARD, "in_arbitration")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, user: User) -> DisputeQuerySet:
        """Those of the organizations that *user* belongs to. Staff read them in the admin."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def of(self, organization: Organization) -> DisputeQuerySet:
        return self.filter(contract__in=Contract.objects.of(organization))

    def running(self) -> DisputeQuerySet:
        """Those that have no outcome yet."""
        return self.filter(state__in=RUNNING)

    def for_staff(self) -> DisputeQuerySet:
        """Those that wait for a mediator or an arbiter."""
        return self.filter(state__in=FOR_STAFF)

    def of_nobody(self) -> DisputeQuerySet:
        """Those that were not taken, or by somebody who hears no cases any more."""
        return self.filter(is_nobodys())

    def heard_by(self, user: User) -> DisputeQuerySet:
        return self.filter(~is_nobodys(), mediator=user)

    def late(self, *, at: datetime) -> DisputeQuerySet:
        """Those in which our staff was to act, and has not."""
        return self.for_staff().filter(act_by__lt=at)

    def due(self, *, at: datetime) -> DisputeQuerySet:
        """Those whose clock has run out."""
        return self.running().filter(act_by__lte=at)

    def to_warn(self, *, at: datetime, until: datetime) -> DisputeQuerySet:
        """Those whose clock runs out before *until*, and nobody was told yet."""
        return self.running().filter(warned_at=None, act_by__gt=at, act_by__lte=until)

    def given_up(self, escrow_id: int, *, side: str) -> DisputeQuerySet:
        """Those about an escrow that *side* withdrew although a mediator had proposed."""
        return self.filter(escrow=escrow_id, side=side, state="withdrawn", proposal__isnull=False)

    def unsplit(self) -> DisputeQuerySet:
        """Those that have an outcome which has not been carried out."""
        return self.filter(state__in=OUTCOMES, split_at=None)

    def told(self) -> DisputeQuerySet:
        """With all that a list or a page names."""
        return self.select_related(
            "contract__client", "contract__freelancer", "escrow", "invoice", "mediator", "opened_by"
        )

    def lock(self, pk: int) -> Dispute:
        """Return the dispute as it is now. It is locked before all that it is about."""
        return (
            self.select_related("contract__client", "contract__freelancer", "opened_by", "mediator")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


def is_running() -> Q:
    return Q(state__in=RUNNING)


def is_nobodys() -> Q:
    return Q(mediator=None) | ~Q(mediator__in=staff.who_hold(MEDIATE))

"""Which requests for money back there are: for a side, for the calendar, for a mediator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from billing_site.people.models import Organization, User
from invoices.models.contract import Contract
from payments.models import Escrow

if TYPE_CHECKING:
    from invoices.models.refund_request import RefundRequest

REMIND_BEFORE = timedelta(days=2)


class RefundRequestQuerySet(models.QuerySet["RefundRequest"]):
    def visible_to(self, user: User) -> RefundRequestQuerySet:
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def of(self, organization: Organization) -> RefundRequestQuerySet:
        return self.filter(contract__in=Contract.objects.of(organization))

    def asked(self) -> RefundRequestQuerySet:
        """Those that wait for the freelancer."""
        return self.filter(state="asked")

    def unsettled(self) -> RefundRequestQuerySet:
        """Those that wait for the freelancer, or with which a mediator helps."""
        return self.filter(state__in=["asked", "disputed"])

    def unanswered(self, *, at: datetime) -> RefundRequestQuerySet:
        """Those whose time is over."""
        return self._running().filter(answer_by__lte=at)

    def to_remind(self, *, at: datetime) -> RefundRequestQuerySet:
        due = self._running().filter(reminded_at=None, answer_by__gt=at)
        return due.filter(answer_by__lte=at + REMIND_BEFORE)

    def _running(self) -> RefundRequestQuerySet:
        """Those whose time to answer runs: while their money is frozen it does not."""
        return self.asked().exclude(milestone__escrow__in=Escrow.objects.frozen().values("pk"))

    def mediated(self) -> RefundRequestQuerySet:
        """Those about released money with which a mediator helps."""
        return self.filter(kind="released", state="disputed")

    def told(self) -> RefundRequestQuerySet:
        """With all that their story names."""
        found = self.select_related("asked_by", "milestone", "invoice")
        return found.prefetch_related("changes__by")

    def lock(self, pk: int) -> RefundRequest:
        """Return the request as it is now. Its contract and milestone are locked before it."""
        return (
            self.select_related(
                "contract__client", "contract__freelancer", "milestone", "invoice", "asked_by"
            )
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

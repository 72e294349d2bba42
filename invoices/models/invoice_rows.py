"""Which invoices: the filters of their table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from billing_site.people.models import Organization, User
from payments.models import Collection, Escrow

if TYPE_CHECKING:
    from invoices.models.invoice import Invoice

# How many days before a review ends both sides are reminded: with 14 days, on day 7, 11 and 13.
REMIND_BEFORE = (7, 3, 1)
UNPAID = timedelta(days=30)  # then hours that nobody pays and nobody protects are given up


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> InvoiceQuerySet:
        """Those of the organizations that *user* belongs to; drafts are the issuer's alone."""
        ours = Organization.objects.of(user)
        return self.filter(Q(issuer__in=ours) | Q(recipient__in=ours, submitted_at__isnull=False))

    def of(self, organization: Organization) -> InvoiceQuerySet:
        received = Q(recipient=organization, submitted_at__isnull=False)
        return self.filter(Q(issuer=organization) | received)

    def awaiting_approval(self) -> InvoiceQuerySet:
        return self.filter(state="submitted")

    def unanswered(self, *, at: datetime) -> InvoiceQuerySet:
        """Those whose client let the review period pass in silence.

        With `silence_approves` that is consent; the others go back.
        """
        return self._running().filter(answer_by__lte=at)

    def unpaid_hours(self) -> InvoiceQuerySet:
        """Those of hours that wait for the client's payment, and for which nobody else pays."""
        return self.filter(
            source="week",
            is_protected=False,
            state__in=["submitted", "returned"],
            escrow__state="expected",
        )

    def asked_for(self) -> models.QuerySet[Any, Any]:
        """Unpaid hours that can be paid now, each with the moment since when, `asked_since`.

        Nobody can pay what is too little to be charged, so it waits for as long as that takes.
        """
        asked = Collection.objects.waiting().filter(charge__settlements__escrow=OuterRef("escrow"))
        began = asked.order_by("-began_at").values("began_at")[:1]
        payable = self.unpaid_hours().exclude(Exists(asked.filter(waits_for_more=True)))
        return payable.annotate(asked_since=Greatest("escrow__created_at", Subquery(began)))

    def to_give_up(self, *, at: datetime) -> models.QuerySet[Any, Any]:
        """Those of them that nobody has paid for 30 days."""
        return self.asked_for().filter(asked_since__lte=at - UNPAID).order_by("asked_since", "pk")

    def protected_at_our_risk(self) -> InvoiceQuerySet:
        """Those of protected hours that the platform has paid for, or may have to on Friday."""
        unpaid = Q(state__in=["submitted", "returned"], escrow__state="expected")
        return self.filter(
            Q(open_item__is_advanced=True) | unpaid, source="week", is_protected=True
        )

    def to_remind(self, *, at: datetime) -> InvoiceQuerySet:
        """Those with a reminder due that was not sent in this round."""
        due = Q()
        for sent, days in enumerate(REMIND_BEFORE):
            due |= Q(reminders__lte=sent, answer_by__lte=at + timedelta(days=days))
        return self._running().filter(due, answer_by__gt=at)

    def _running(self) -> InvoiceQuerySet:
        """Those whose time to answer runs: while their money is frozen it does not."""
        frozen = Escrow.objects.frozen().values("pk")
        return self.filter(state="submitted").exclude(escrow__in=frozen)

    def lock(self, pk: int) -> Invoice:
        """Return the invoice as it is now. Its contract and milestone are locked before it.

        Two tables more, and PostgreSQL takes six times as long to find a plan as to lock the row.
        """
        return (
            self.select_related(
                "contract",
                "milestone",
                "escrow",
                "open_item",
                "week",
                "issuer",
                "recipient",
            )
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

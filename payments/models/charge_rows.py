"""Which payments there are to find."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from billing_site.people.models import Organization, User

if TYPE_CHECKING:
    from payments.models.charge import Charge
    from payments.models.open_item import OpenItem

UNDECIDED = ("opened", "responded")  # of a chargeback: its bank decides


class ChargeQuerySet(models.QuerySet["Charge"]):
    def visible_to(self, user: User) -> ChargeQuerySet:
        return self.filter(client__in=Organization.objects.of(user))

    def lock(self, pk: int) -> Charge:
        """Return the charge as it is now, and nobody else's until we commit."""
        locked = self.select_for_update(of=["self"], no_key=True)
        return locked.select_related("client", "quote").get(pk=pk)

    def refundable_of(self, client: Organization, currency: str) -> ChargeQuerySet:
        """Those that brought more than went back of them."""
        ours = self.filter(client=client, currency=currency, state="succeeded")
        left = F("amount") - F("credit") - F("taken_back")
        # What waits in suspense is not the client's credit.
        waits = {"strays__matched_at": None, "strays__returned_at": None}
        apart = Q(strays__payment_id=F("payment_id"), **waits)
        free = ours.filter(refunded__lt=left).exclude(pk__in=self.filter(apart).values("pk"))
        about_to = self.filter(chargebacks__state="lost", chargebacks__taken_at=None)
        free = free.exclude(pk__in=about_to.values("pk"))
        return free.exclude(chargebacks__state__in=UNDECIDED)

    def in_the_payers_hands(self, *, at: datetime) -> ChargeQuerySet:
        """Those that go on when their client does something: confirms, pays, or sends it."""
        on_a_page = ~Q(page_url="") & Q(page_expires_at__gt=at)
        late = Q(collection__late_since__isnull=False)
        begun = Q(state="begun") & (on_a_page | late)
        kept = Q(promises__called_off_at=None, promises__ended_at=None)
        promised = Q(pk__in=self.filter(kept, promises__isnull=False).values("pk"))
        return self.filter(begun | Q(state="action_needed") | Q(promised, state="begun"))

    def on_open_pages(self, *, at: datetime) -> ChargeQuerySet:
        """Those that somebody may be paying on a page, which nobody sees from here."""
        open_ = self.filter(state__in=["begun", "action_needed"], page_expires_at__gt=at)
        return open_.exclude(page_url="")

    def about_to_open(self, *, at: datetime) -> ChargeQuerySet:
        """Those whose page was asked for, and is there in a moment."""
        asked = Q(
            commands__kind="start_checkout", commands__state__in=["queued", "sent", "unknown"]
        )
        return self.filter(asked, begun_at__gt=at - timedelta(hours=1))

    def last_in_place_of(self, charge: Charge) -> Charge:
        """Return what is to be paid in its place by now: itself, if nothing has taken that."""
        while (successor := self.filter(replaces=charge).first()) is not None:
            charge = successor
        return charge

    def towards(self, items: Iterable[OpenItem]) -> ChargeQuerySet:
        """Those for what is owed: for it by name, or for what the platform has filled for it."""
        by_name, filled = (
            Q(settlements__open_item__in=items),
            Q(settlements__escrow__advance__in=items),
        )
        return self.filter(by_name | filled).distinct()

    def newest_first(self) -> ChargeQuerySet:
        return self.order_by("-begun_at", "-pk")

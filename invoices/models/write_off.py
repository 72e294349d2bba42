from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.transitions import StateChange
from billing_site.people import staff
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.models.invoice import Invoice

WRITE_OFF = "invoices.change_writeoff"


class WriteOffQuerySet(models.QuerySet["WriteOff"]):
    def visible_to(self, user: User) -> WriteOffQuerySet:
        """The issuer's own affair: the client still owes it."""
        return self.filter(invoice__issuer__in=Organization.objects.of(user))

    def asked(self) -> WriteOffQuerySet:
        return self.filter(state=WriteOff.State.ASKED)

    def lock(self, pk: int) -> WriteOff:
        return (
            self.select_related("invoice__issuer", "asked_by")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class WriteOff(FSMModelMixin, models.Model):
    """Giving up what is owed on an invoice: one person asks, another one confirms.

    The client still owes it, and may still pay. What the platform has paid out itself is
    the platform's to give up, by two of its staff; all else is the issuer's.
    """

    class State(models.TextChoices):
        ASKED = "asked", "waiting for a second person"
        CONFIRMED = "confirmed", "written off"
        REFUSED = "refused", "refused"

    ref = ref_field()
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="write_offs")
    currency = currency_field()
    amount = money_field(help_text="What was owed when it was asked for, our fee included")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.ASKED, protected=True, editable=False)

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="write_off_gives_up_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="write_off_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="a_write_off_takes_two_people",
                condition=~Q(state="confirmed")
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                name="one_write_off_of_an_invoice_at_a_time",
                fields=["invoice"],
                condition=Q(state="asked"),
            ),
        ]

    def __str__(self) -> str:
        return f"the write-off of {self.invoice}"

    # Who may take a step.

    def another_may_confirm(self, user: User) -> bool:
        return user.pk != self.asked_by_id and self.may_decide(user)

    def may_decide(self, user: User) -> bool:
        """Finance of the issuer; of the platform, where the platform has paid it out."""
        item = self.invoice.open_item
        if item is not None and item.is_advanced:
            return staff.holds(user, WRITE_OFF)
        return may(user, Deed.WITHDRAW, self.invoice.issuer)

    # Steps.

    @transition(
        field=state, source=State.ASKED, target=State.CONFIRMED, permission=another_may_confirm
    )
    def confirm(self, *, at: datetime, answered_by: User) -> None:
        self.answered_by, self.answered_at = answered_by, at

    @transition(field=state, source=State.ASKED, target=State.REFUSED, permission=may_decide)
    def refuse(self, *, at: datetime, answered_by: User) -> None:
        self.answered_by, self.answered_at = answered_by, at


class WriteOffChange(StateChange):
    write_off = models.ForeignKey(WriteOff, models.PROTECT, related_name="changes")

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people import staff
from billing_site.people.models import Organization, User

# A thief who adds a bank account waits this long, and the owner is told at once.
COOLING_PERIOD = timedelta(hours=72)

REVIEW = "payments.change_payee"  # of those of the staff who decide whose a bank is


class PayeeQuerySet(models.QuerySet["Payee"]):
    def lock(self, pk: int) -> Payee:
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

    def lock_of(self, organization_id: int) -> Payee:
        """Return the organization's payee, and hold everything it is paid until we commit."""
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(organization=organization_id)
        )

    def lock_if_there(self, organization_id: int) -> Payee | None:
        """The same for an organization that may never have been to the gateway."""
        mine = self.filter(organization=organization_id)
        return mine.select_for_update(of=["self"], no_key=True).first()


class Payee(models.Model):
    """A freelancer as the gateway knows them. What it says of them changes any day."""

    ref = ref_field()
    organization = models.OneToOneField("people.Organization", models.PROTECT, related_name="payee")
    account = models.CharField(max_length=255, blank=True, help_text="acct_…")
    is_ready = models.BooleanField(default=False, help_text="May be paid")
    problem = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(
        null=True, help_text="Could be paid, and cannot since: what is to be sent waits"
    )
    short_at = models.DateTimeField(
        null=True, help_text="Their account lacked what we had moved there: somebody has to look"
    )
    wanted = models.PositiveSmallIntegerField(
        default=0, help_text="Facts that the provider asks for"
    )
    wanted_by = models.DateTimeField(
        null=True, help_text="It pays nothing after that, while they are missing"
    )
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)  # its account was last looked at, then or later

    objects = PayeeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_gateway_account_pays_one_organization",
                fields=["account"],
                condition=~Q(account=""),
            ),
            models.CheckConstraint(
                name="a_ready_payee_has_an_account", condition=Q(is_ready=False) | ~Q(account="")
            ),
            models.CheckConstraint(
                name="a_payees_deadline_is_for_something_that_is_asked",
                condition=Q(wanted_by__isnull=True) | Q(wanted__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"payee {self.ref}"

    @property
    def may_be_paid(self) -> bool:
        return self.is_ready and self.short_at is None

    @property
    def wants(self) -> str:
        """What the provider still asks for, in words for the freelancer; empty: nothing."""
        if not self.wanted:
            return ""
        facts = "one more fact" if self.wanted == 1 else f"{self.wanted} more facts"
        return f"The provider wants to know {facts} about you"

    @property
    def why_not(self) -> str:
        """In words for the freelancer; empty: they can be paid."""
        if self.short_at:
            return "Your account at the provider lacks what we moved there: we look at it."
        return "" if self.is_ready else self.problem


class PayoutMethodQuerySet(models.QuerySet["PayoutMethod"]):
    def visible_to(self, user: User) -> PayoutMethodQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def present(self) -> PayoutMethodQuerySet:
        return self.filter(removed_at__isnull=True).order_by("added_at", "pk")

    def usable(self, *, at: datetime) -> PayoutMethodQuerySet:
        return self.present().filter(active_from__lte=at, state=PayoutMethod.State.NAMED)

    def lock(self, pk: int) -> PayoutMethod:
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class PayoutMethod(FSMModelMixin, models.Model):
    """A bank account that the freelancer named on the gateway's own page. We know its end.

    If its holder has another name than they have, nothing is paid to it until staff has looked.
    """

    class State(models.TextChoices):
        NAMED = "named", "named"
        DOUBTED = "doubted", "its name is looked at"
        REFUSED = "refused", "not accepted"

    ref = ref_field()
    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="payout_methods"
    )
    destination = models.CharField(max_length=255, help_text="ba_…")
    label = models.CharField(max_length=100)
    last4 = models.CharField(max_length=4)
    holder = models.CharField(max_length=200, blank=True, help_text="As the provider tells it")
    currency = currency_field()
    takes_instant = models.BooleanField(default=False, help_text="Can be paid at once")
    added_at = models.DateTimeField()
    active_from = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    is_gone = models.BooleanField(default=False, help_text="Removed as the provider says so")
    review_on = models.DateField(null=True, help_text="Decided by then, while it is doubted")
    state = FSMField(choices=State.choices, default=State.NAMED, protected=True, editable=False)

    objects = PayoutMethodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_doubted_bank_says_whose_it_is_and_until_when_we_look",
                condition=~Q(state="doubted") | (Q(review_on__isnull=False) & ~Q(holder="")),
            ),
            models.UniqueConstraint(
                name="a_bank_is_named_once_at_a_time",
                fields=["destination"],
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_bank_that_is_gone_is_removed",
                condition=Q(is_gone=False) | Q(removed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_bank_is_removed",
                condition=~Q(state="refused") | Q(removed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} •••• {self.last4}"

    @property
    def is_doubted(self) -> bool:
        return self.state == self.State.DOUBTED

    @property
    def tone(self) -> str:
        return {"doubted": "wait", "refused": "bad"}.get(self.state, "good")

    def is_active(self, *, at: datetime) -> bool:
        is_named = self.state == self.State.NAMED
        return is_named and self.removed_at is None and self.active_from <= at

    # Who may take a step.

    def may_review(self, user: User) -> bool:
        return staff.holds(user, REVIEW)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.NAMED, target=State.DOUBTED, permission=nobody)
    def doubt(self, *, at: datetime, review_on: date) -> None:
        self.review_on = review_on

    @transition(field=state, source=State.DOUBTED, target=State.NAMED, permission=may_review)
    def accept(self, *, at: datetime) -> None:
        self.review_on = None

    @transition(field=state, source=State.DOUBTED, target=State.REFUSED, permission=may_review)
    def refuse(self, *, at: datetime) -> None:
        self.review_on, self.removed_at = None, at


class PayoutMethodChange(StateChange):
    payout_method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="changes")

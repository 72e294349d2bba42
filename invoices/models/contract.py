from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.models.project import Project

OFFER_STANDS = timedelta(days=14)


class TaxTreatment(models.TextChoices):
    """How the freelancer's own service is taxed. The offer fixes it."""

    STANDARD = "standard", "VAT at the freelancer's rate"
    REVERSE_CHARGE = "reverse_charge", "reverse charge"
    EXEMPT = "exempt", "exempt from VAT"
    OUTSIDE = "outside", "outside the scope of VAT"


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> ContractQuerySet:
        """Those of the organizations that *user* belongs to; drafts are the client's alone."""
        ours = Organization.objects.of(user)
        received = Q(freelancer__in=ours) & ~Q(state__in=Contract.UNSENT)
        return self.filter(Q(client__in=ours) | received)

    def of(self, organization: Organization) -> ContractQuerySet:
        received = Q(freelancer=organization) & ~Q(state__in=Contract.UNSENT)
        return self.filter(Q(client=organization) | received)

    def unanswered(self, *, at: datetime) -> ContractQuerySet:
        """Offers whose time is over."""
        return self.filter(state=Contract.State.OFFERED, expires_at__lte=at)

    def lock_all(self, pks: Collection[int]) -> dict[int, Contract]:
        """Return those contracts by their keys, nobody else's until we commit."""
        found = self.filter(pk__in=pks).select_related("client", "freelancer").order_by("pk")
        return {each.pk: each for each in found.select_for_update(of=["self"], no_key=True)}

    def lock(self, pk: int) -> Contract:
        """Return the contract as it is now, and nobody else's until we commit."""
        return (
            self.select_related("client", "freelancer")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class Contract(FSMModelMixin, models.Model):
    """What a client and a freelancer agreed to. Its terms are copied here and stay."""

    class Kind(models.TextChoices):
        FIXED = "fixed", "fixed price"
        HOURLY = "hourly", "by the hour"
        RETAINER = "retainer", "retainer"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        DISCARDED = "discarded", "discarded"
        OFFERED = "offered", "waiting for an answer"
        ACTIVE = "active", "active"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "expired"
        PAUSED = "paused", "paused"
        ENDING = "ending", "ending"
        ENDED = "ended", "ended"

    UNSENT: Collection[str] = (State.DRAFT, State.DISCARDED)
    RUNNING: Collection[str] = (State.ACTIVE, State.PAUSED)
    IN_FORCE: Collection[str] = (*RUNNING, State.ENDING)  # accepted, and not over
    TONES = {
        State.OFFERED: "held",
        State.ACTIVE: "good",
        State.PAUSED: "wait",
        State.ENDING: "wait",
        State.DECLINED: "bad",
        State.EXPIRED: "bad",
    }

    ref = ref_field()
    client = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="contracts_given"
    )
    freelancer = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="contracts_taken"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FIXED)
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=4_000, blank=True)
    project = models.ForeignKey(  # the client's, who alone sees what it may cost
        Project, models.PROTECT, null=True, related_name="contracts"
    )
    currency = currency_field()
    allows_manual_time = models.BooleanField(default=False)  # the client's to change; hourly only

    client_fee_bps = models.PositiveSmallIntegerField(default=500)
    freelancer_fee_bps = models.PositiveSmallIntegerField(default=1_000)
    review_days = models.PositiveSmallIntegerField(default=14)
    security_days = models.PositiveSmallIntegerField(default=5)
    policy_version = models.CharField(max_length=20)
    tax_treatment = models.CharField(
        max_length=20, choices=TaxTreatment, default=TaxTreatment.STANDARD
    )
    tax_bps = models.PositiveSmallIntegerField(default=0)
    tax_text = models.CharField(max_length=300, blank=True)

    created_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.DRAFT, protected=True, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contract_is_of_a_known_kind",
                condition=Q(kind__in=["fixed", "hourly", "retainer"]),
            ),
            models.CheckConstraint(
                name="contract_has_two_sides", condition=~Q(client=F("freelancer"))
            ),
            models.CheckConstraint(
                name="review_lasts_three_to_thirty_days", condition=Q(review_days__range=(3, 30))
            ),
            models.CheckConstraint(
                name="fees_are_part_of_the_price",
                condition=Q(client_fee_bps__lte=10_000, freelancer_fee_bps__lt=10_000),
            ),
            models.CheckConstraint(
                name="only_standard_treatment_has_a_rate",
                condition=Q(tax_treatment="standard", tax_bps__lte=5_000) | Q(tax_bps=0),
            ),
            models.CheckConstraint(
                name="exemption_names_its_reason",
                condition=~Q(tax_treatment="exempt") | ~Q(tax_text=""),
            ),
            models.CheckConstraint(
                name="offer_has_an_expiry",
                condition=Q(state__in=["draft", "discarded"])
                | Q(offered_at__isnull=False, expires_at__gt=F("offered_at")),
            ),
            models.CheckConstraint(
                name="running_contract_was_accepted",
                condition=~Q(state__in=["active", "paused", "ending", "ended"])
                | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="manual_time_is_of_hourly_contracts",
                condition=Q(allows_manual_time=False) | Q(kind="hourly"),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "state"]),
            models.Index(fields=["freelancer", "state"]),
            models.Index(fields=["expires_at"], condition=Q(state="offered"), name="open_offers"),
        ]

    def __str__(self) -> str:
        return f"“{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_hourly(self) -> bool:
        return self.kind == self.Kind.HOURLY

    @property
    def is_retainer(self) -> bool:
        return self.kind == self.Kind.RETAINER

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    # Who may take a step.

    def client_may_offer(self, user: User) -> bool:
        return may(user, Deed.OFFER, self.client)

    def freelancer_may_work(self, user: User) -> bool:
        return may(user, Deed.WORK, self.freelancer)

    def either_may_end(self, user: User) -> bool:
        return self.client_may_offer(user) or self.freelancer_may_work(user)

    # Steps.

    @transition(field=state, source="draft", target="discarded", permission=client_may_offer)
    def discard(self, *, at: datetime) -> None: ...

    @transition(field=state, source="draft", target="offered", permission=client_may_offer)
    def offer(self, *, at: datetime) -> None:
        self.offered_at, self.expires_at = at, at + OFFER_STANDS

    @transition(field=state, source="offered", target="active", permission=freelancer_may_work)
    def accept(self, *, at: datetime) -> None:
        self.accepted_at = at

    @transition(field=state, source="offered", target="declined", permission=freelancer_may_work)
    def decline(self, *, at: datetime) -> None: ...

    @transition(field=state, source="offered", target="withdrawn", permission=client_may_offer)
    def withdraw(self, *, at: datetime) -> None: ...

    @transition(field=state, source="offered", target="expired", permission=nobody)
    def expire(self, *, at: datetime) -> None: ...

    @transition(field=state, source="active", target="paused", permission=client_may_offer)
    def pause(self, *, at: datetime) -> None: ...

    @transition(field=state, source="paused", target="active", permission=client_may_offer)
    def resume(self, *, at: datetime) -> None: ...

    @transition(
        field=state, source=["active", "paused"], target="ending", permission=either_may_end
    )
    def end(self, *, at: datetime) -> None: ...

    @transition(field=state, source="ending", target="ended", permission=nobody)
    def close(self, *, at: datetime) -> None:
        self.ended_at = at


class ContractChange(StateChange):
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="changes")

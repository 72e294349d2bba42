from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import ref_field
from billing_site.kernel.periods import midnight
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import Membership, Organization, User
from payments.models import restriction_kinds as kinds
from payments.models.restriction_queries import RestrictionQuerySet

A_DAY = timedelta(days=1)
RESTRICT = "payments.add_restriction"


class Restriction(FSMModelMixin, models.Model):
    """What an organization or a person may not begin for a while. It hides nothing of theirs."""

    State = kinds.State
    Scope = kinds.Scope
    Cause = kinds.Cause
    STANDING = kinds.STANDING

    ref = ref_field()
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="restrictions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="restrictions"
    )
    cause = models.CharField(max_length=10, choices=Cause)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    reason = models.CharField(max_length=300, help_text="Read by whom it restricts")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(  # null: the system
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    review_on = models.DateField(help_text="It ends by itself after this day, unless it is unpaid")
    hours_since = models.DateTimeField(
        null=True, help_text="From when on hours are not protected, as was told then"
    )
    hours_back_at = models.DateTimeField(
        null=True, help_text="When they were told that hours are protected again"
    )
    appeal_words = models.TextField(blank=True, max_length=2000)
    appealed_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True, help_text="Of the appeal")
    decided_by = models.ForeignKey(  # on the appeal, or who lifted it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField(max_length=300, blank=True, help_text="Read by whom it restricts")
    ended_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.ACTIVE, protected=True, editable=False)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_restriction_is_of_one_subject",
                condition=Q(organization__isnull=True, user__isnull=False)
                | Q(organization__isnull=False, user__isnull=True),
            ),
            models.CheckConstraint(
                name="a_restriction_has_known_scopes",
                condition=Q(scopes__contained_by=["offers", "hours", "funding", "payouts"])
                & ~Q(scopes=[]),
            ),
            models.CheckConstraint(
                name="a_restriction_has_a_known_cause", condition=Q(cause__in=["staff", "unpaid"])
            ),
            models.CheckConstraint(
                name="who_does_not_pay_is_paid_all_the_same",
                condition=Q(cause="staff")
                | Q(
                    scopes__contained_by=["offers", "hours", "funding"],
                    organization__isnull=False,
                    set_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="a_restriction_says_why",
                condition=~Q(reason="") & (Q(cause="unpaid") | Q(set_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="an_appeal_has_words_and_a_day",
                condition=(
                    Q(appealed_at__isnull=False, answer_by__isnull=False) & ~Q(appeal_words="")
                )
                | (Q(appealed_at__isnull=True, appeal_words="") & ~Q(state="appealed")),
            ),
            models.CheckConstraint(
                name="an_appeal_is_decided_by_somebody_else",
                condition=Q(appealed_at__isnull=True)
                | Q(decided_by__isnull=True)
                | Q(set_by__isnull=True)
                | ~Q(decided_by=F("set_by")),
            ),
            models.CheckConstraint(
                name="a_restriction_that_ended_says_when",
                condition=Q(state__in=["active", "appealed"], ended_at__isnull=True)
                | Q(state__in=["lifted", "expired"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_lose_protection_by_what_is_unpaid_alone",
                condition=Q(hours_since__isnull=True)
                | Q(cause="unpaid", scopes__contains=["hours"]),
            ),
            models.CheckConstraint(
                name="hours_are_protected_again_once_it_is_over",
                condition=Q(hours_back_at__isnull=True)
                | Q(hours_since__isnull=False, ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="an_organization_is_restricted_once_for_what_it_owes",
                fields=["organization"],
                condition=Q(cause="unpaid", ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="restrictions_in_force",
                fields=["organization", "user"],
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"restriction {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("restriction", args=[self.ref])

    @property
    def subject(self) -> Organization | User:
        found = self.organization or self.user
        assert found, "The database sees to it."
        return found

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING

    @property
    def is_unpaid(self) -> bool:
        return self.cause == self.Cause.UNPAID

    @property
    def ends_at(self) -> datetime | None:
        """When it ends by itself; None: when what is due is paid."""
        if self.is_unpaid:
            return None
        last = self.review_on
        if self.state == self.State.APPEALED and self.answer_by:
            last = min(last, self.answer_by)
        return midnight(last + A_DAY)

    @property
    def what(self) -> list[str]:
        """What may not be done, in words, in the order of the list."""
        return [self.words_of(scope) for scope in self.Scope if scope in self.scopes]

    def words_of(self, scope: kinds.Scope) -> str:
        is_client = self.organization is not None and self.organization.is_client
        return kinds.words_of(scope, is_client=is_client)

    @property
    def tone(self) -> str:
        return "wait" if self.is_standing else ""

    # Who may take a step.

    def may_appeal(self, user: User) -> bool:
        """Once."""
        return self.appealed_at is None and self.is_spoken_for_by(user)

    def is_spoken_for_by(self, user: User) -> bool:
        """Whether it restricts this person, or an organization that they manage."""
        if self.organization_id is None:
            return user.pk == self.user_id
        return may(user, Deed.MANAGE, self.organization_id)

    def may_lift(self, user: User) -> bool:
        """Whoever set it may take it back, until it is appealed."""
        return self.may_decide(user) or (
            self.appealed_at is None and user.pk == self.set_by_id and may_restrict(user)
        )

    def may_decide(self, user: User) -> bool:
        """Whoever set it has said what they think; who ever belonged there is not asked.

        Of a person, *there* is each organization that they ever belonged to.
        """
        if user.pk in {self.set_by_id, self.user_id} or not may_restrict(user):
            return False
        belonged = Membership.objects.filter(user=user)
        if self.organization_id:
            return not belonged.filter(organization=self.organization_id).exists()
        theirs = Membership.objects.filter(user=self.user_id)
        return not belonged.filter(organization__in=theirs.values("organization")).exists()

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.ACTIVE, target=State.APPEALED, permission=may_appeal)
    def appeal(self, *, at: datetime, words: str, answer_by: date) -> None:
        self.appeal_words, self.appealed_at, self.answer_by = words, at, answer_by

    @transition(field=state, source=State.APPEALED, target=State.ACTIVE, permission=may_decide)
    def keep(self, *, at: datetime, decided_by: User, decision: str) -> None:
        self.decided_by, self.decision = decided_by, decision

    @transition(
        field=state,
        source=[State.ACTIVE, State.APPEALED],
        target=State.LIFTED,
        permission=may_lift,
    )
    def lift(self, *, at: datetime, decided_by: User | None, decision: str) -> None:
        self.decided_by, self.decision, self.ended_at = decided_by, decision, at

    @transition(
        field=state,
        source=[State.ACTIVE, State.APPEALED],
        target=State.EXPIRED,
        permission=nobody,
    )
    def expire(self, *, at: datetime) -> None:
        self.ended_at = at


class RestrictionChange(StateChange):
    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="changes")


def may_restrict(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(RESTRICT)

"""What is said in a dispute, and what is shown to prove it. Both stay as they are."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import ref_field
from billing_site.people.models import Organization, User
from disputes.models.dispute import Dispute
from disputes.models.sides import Side


def _ours(user: User, side: Side) -> Q:
    return Q(**{f"dispute__contract__{side}__in": Organization.objects.of(user)})


class MessageQuerySet(models.QuerySet["Message"]):
    def to_both(self) -> MessageQuerySet:
        """What neither side was told alone, and staff did not note for itself."""
        return self.filter(audience=Message.Audience.BOTH)

    def visible_to(self, user: User) -> MessageQuerySet:
        """What was written to both, and what is between *user*'s side and the mediator."""
        client, freelancer = _ours(user, Side.CLIENT), _ours(user, Side.FREELANCER)
        return self.filter(
            Q(audience=Message.Audience.BOTH) & (client | freelancer)
            | Q(audience=Message.Audience.CLIENT) & client
            | Q(audience=Message.Audience.FREELANCER) & freelancer
        )


class Message(models.Model):
    """A word in a dispute, to those whom its writer chose."""

    class Audience(models.TextChoices):
        BOTH = "both", "both sides and the mediator"
        CLIENT = "client", "the client and the mediator"
        FREELANCER = "freelancer", "the freelancer and the mediator"
        STAFF = "staff", "the platform's staff only"

    ref = ref_field()
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="messages")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.BOTH)
    side = models.CharField(  # whose words they are; empty: the platform's
        max_length=10, choices=Side, blank=True
    )
    text = models.TextField(max_length=8_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="message_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="message_has_a_known_audience",
                condition=Q(audience__in=["both", "client", "freelancer", "staff"]),
            ),
            models.CheckConstraint(
                name="a_side_writes_to_both_or_to_the_mediator",
                condition=Q(side="") | Q(audience="both") | Q(audience=F("side")),
            ),
        ]

    def __str__(self) -> str:
        return f"message of {self.at:%-d %B %Y} in {self.dispute}"


class Evidence(models.Model):
    """A file that a side shows. The other side and the mediator see it too."""

    MOST = 20  # a dispute

    ref = ref_field()
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="evidence")
    side = models.CharField(max_length=10, choices=Side, blank=True)  # empty: the platform's
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the file as it was shown
    description = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence_says_what_it_shows", condition=~Q(description="")
            ),
            models.CheckConstraint(
                name="evidence_has_a_hash", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.description


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> QuestionQuerySet:
        return self.filter(answered_at=None, unanswered_at=None, ended_at=None)


class Question(models.Model):
    """A mediator asks one side. The case's clock stands still until it answers, or is silent."""

    MOST = 2  # a dispute

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    text = models.TextField(max_length=4_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answer = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    unanswered_at = models.DateTimeField(null=True)  # since when it is decided without an answer
    ended_at = models.DateTimeField(null=True)  # the case was over before

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_side_is_asked_at_most_twice", condition=Q(number__range=(1, 2))
            ),
            models.UniqueConstraint(name="questions_are_counted", fields=["dispute", "number"]),
            models.CheckConstraint(name="question_asks_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="question_has_a_deadline", condition=Q(answer_by__gt=F("at"))
            ),
            models.CheckConstraint(
                name="question_was_answered_or_not",
                condition=Q(answered_at__isnull=True) | Q(unanswered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_question_that_a_case_has_left_was_open",
                condition=Q(ended_at__isnull=True)
                | Q(answered_at__isnull=True, unanswered_at__isnull=True, ended_at__gte=F("at")),
            ),
            models.UniqueConstraint(
                name="one_question_at_a_time",
                fields=["dispute"],
                condition=Q(
                    answered_at__isnull=True, unanswered_at__isnull=True, ended_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.number} in {self.dispute}"

    def is_open(self, *, at: datetime) -> bool:
        ends = (self.answered_at, self.unanswered_at, self.ended_at)
        return not any(ends) and at < self.answer_by

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import ref_field
from billing_site.people.models import User
from payments.models.charge import Charge
from payments.models.stray import StrayPayment

DECIDE = "payments.change_fraudwarning"


class FraudWarningQuerySet(models.QuerySet["FraudWarning"]):
    def lock(self, pk: int) -> FraudWarning:
        return self.select_related("charge").select_for_update(of=["self"], no_key=True).get(pk=pk)


class FraudWarning(models.Model):
    """A client's bank suspects that somebody else paid. Whether it takes the money is open.

    One of our staff proposes to send back what is held, and another one does it; or it is left.
    """

    ref = ref_field()
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="fraud_warnings")
    stray = models.ForeignKey(  # Where it is not the charge's own payment that is suspected
        StrayPayment, models.PROTECT, null=True, related_name="fraud_warnings"
    )
    warning_id = models.CharField(max_length=255, unique=True, help_text="The provider's name")
    reason = models.CharField(max_length=60, help_text="The bank's, in a word")
    told_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True, help_text="Whoever confirms decides by it")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    is_refunded = models.BooleanField(default=False, help_text="What is held goes back")

    objects = FraudWarningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_proposed_refund_says_who_and_why",
                condition=Q(proposed_at=None, proposed_by=None, why="")
                | Q(proposed_at__isnull=False, proposed_by__isnull=False) & ~Q(why=""),
            ),
            models.CheckConstraint(
                name="another_person_confirms_a_protective_refund",
                condition=Q(is_refunded=False)
                | Q(decided_by__isnull=False, proposed_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="a_decided_warning_says_by_whom",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"fraud warning {self.ref}"

    @property
    def standing(self) -> str:
        if self.decided_at:
            return "what is held goes back" if self.is_refunded else "left as it is"
        return "waits for a second person" if self.proposed_at else "waits for somebody to look"

    @property
    def tone(self) -> str:
        return "good" if self.decided_at else "bad"

    def may_decide(self, user: User) -> bool:
        return user.is_active and user.is_staff and user.has_perm(DECIDE)

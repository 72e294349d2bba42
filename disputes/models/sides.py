from __future__ import annotations

from django.db import models

from billing_site.people import staff
from billing_site.people.models import User

MEDIATE = "disputes.mediate_dispute"
SUPERVISE = "disputes.supervise_dispute"


class Side(models.TextChoices):
    """The two who disagree: who pays, and who works."""

    CLIENT = "client", "client"
    FREELANCER = "freelancer", "freelancer"

    @property
    def other(self) -> Side:
        return Side.FREELANCER if self is Side.CLIENT else Side.CLIENT


class Reason(models.TextChoices):
    """What it is about, as far as a code can say it."""

    NOT_DELIVERED = "not_delivered", "nothing was delivered"
    NOT_AS_AGREED = "not_as_agreed", "the work is not what was agreed"
    LATE = "late", "it came too late"
    HOURS_NOT_WORKED = "hours_not_worked", "these hours were not worked"
    HOURS_NOT_RELATED = "hours_not_related", "these hours were not for this contract"
    WORK_NOT_PAID = "work_not_paid", "finished work is not being paid"
    CHANGES_WITHOUT_END = "changes_without_end", "more is asked for than was agreed"
    OTHER = "other", "something else"


def mediates(user: User) -> bool:
    """Whether *user* hears disputes for the platform at all."""
    return staff.holds(user, MEDIATE)


def supervises(user: User) -> bool:
    """Whether *user* sees to it that mediators act, and gives their cases to others."""
    return staff.holds(user, SUPERVISE)

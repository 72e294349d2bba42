from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import ref_field

LONGEST = 300  # characters of a line


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user_id: int) -> NoticeQuerySet:
        return self.filter(user_id=user_id)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """A line on somebody's notifications page, with a place to go."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=300)
    text = models.CharField(max_length=LONGEST)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key"], name="nobody_is_told_twice"),
        ]
        indexes = [
            models.Index(fields=["user_id", "-at"], name="notices_newest_first"),
            # Counted around every page of somebody.
            models.Index(fields=["user_id"], condition=Q(read_at=None), name="unread_notices"),
        ]

    def __str__(self) -> str:
        return self.text


class SavedFilter(models.Model):
    """A page's filters under a name, as they stood in its address."""

    ref = ref_field()
    user_id = models.BigIntegerField()
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "page", "name"], name="a_filter_has_a_name_of_its_own"
            ),
        ]

    def __str__(self) -> str:
        return self.name

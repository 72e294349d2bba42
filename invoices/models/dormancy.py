from __future__ import annotations

from datetime import timedelta

from django.db import models

from invoices.models.contract import Contract

# Days without activity: both are told, the client is asked, the freelancer is, the money goes back.
NOTICES = (60, 76, 83, 90, 97)
QUIET = timedelta(days=NOTICES[0])
RETURNS = timedelta(days=104)


class DormancyNotice(models.Model):
    """Both sides were told that nothing has happened on a contract for so many days."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="dormancy_notices")
    since = models.DateTimeField()
    day = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_quiet_day_is_told_of_once", fields=["contract", "since", "day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, quiet for {self.day} days"

from __future__ import annotations

from django.conf import settings
from django.db import models


class SignIn(models.Model):
    """Somebody used the site with a browser, from a part of the net, for the first time that day.

    What a bank asks for years later is who used the account. Whole addresses are not kept for it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins")
    on = models.DateField()
    at = models.DateTimeField()
    network = models.CharField(max_length=50, blank=True, help_text="203.0.113.0/24")
    browser = models.CharField(max_length=40, help_text="Firefox on Linux")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_browser_is_noted_once_a_day", fields=["user", "on", "network", "browser"]
            )
        ]
        indexes = [models.Index(name="sign_ins_by_age", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.user} on {self.on}"

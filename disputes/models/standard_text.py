from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import ref_field


class StandardTextQuerySet(models.QuerySet["StandardText"]):
    def in_use(self) -> StandardTextQuerySet:
        """Those that were neither replaced nor retired."""
        return self.filter(retired_at=None)

    def of(self, purpose: str) -> StandardTextQuerySet:
        return self.in_use().filter(purpose=purpose).order_by("title", "pk")

    def lock(self, ref: str) -> StandardText:
        return self.select_for_update(of=["self"], no_key=True).get(ref=ref)


class StandardText(models.Model):
    """Words that our mediators begin with. Another wording is another row, which replaces it."""

    class Purpose(models.TextChoices):
        QUESTION = "question", "asking a side"
        RULING = "ruling", "proposing or deciding"

    ref = ref_field()
    purpose = models.CharField(max_length=10, choices=Purpose)
    title = models.CharField(max_length=80)
    text = models.TextField(max_length=4_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    retired_at = models.DateTimeField(null=True)

    objects = StandardTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_standard_text_is_found_by_its_title",
                fields=["purpose", "title"],
                condition=Q(retired_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_standard_text_says_something", condition=~Q(title="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="a_standard_text_is_retired_after_it_was_written",
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

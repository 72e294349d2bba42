from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from billing_site.kernel.fields import ref_field

LARGEST_FILE = 10 * 1024 * 1024


class FileQuerySet(models.QuerySet["File"]):
    def uploaded_by(self, owner: int, *, since: datetime) -> int:
        """Return how many bytes people of *owner* sent since then, whatever became of them."""
        sent = self.filter(owner=owner, is_upload=True, stored_at__gt=since)
        return int(sent.aggregate(total=Sum("size"))["total"] or 0)


class File(models.Model):
    """Something that a person uploaded or that we rendered, kept outside the web's root."""

    ref = ref_field()
    name = models.CharField(max_length=200)  # as people know it
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True, editable=False)  # random
    owner = models.BigIntegerField(null=True, db_index=True)  # an organization's pk
    is_upload = models.BooleanField(default=False)  # somebody sent it; else it is of our making
    stored_at = models.DateTimeField()

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_file_has_a_size", condition=Q(size__gt=0, size__lte=LARGEST_FILE)
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="files_by_their_hash")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("file", args=[self.ref])

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from billing_site.kernel.fields import ref_field

LARGEST_FILE = 10 * 1024 * 1024


class File(models.Model):
    """Something that a person uploaded or that we rendered, kept outside the web's root."""

    ref = ref_field()
    name = models.CharField(max_length=200)  # as people know it
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True, editable=False)  # random
    owner = models.BigIntegerField(null=True, db_index=True)  # an organization's pk
    stored_at = models.DateTimeField()

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

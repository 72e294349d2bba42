"""What every numbered document has in common: columns, nothing else."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Document(models.Model):
    """Filled once, when the document is issued; a trigger refuses every later change.

    `frozen` is what the document says: both parties, lines and totals as strings,
    copied at that moment and never read from a live profile again.
    """

    # Null rather than empty: what has no number yet is not one of many that have none.
    number = models.CharField(max_length=40, null=True, editable=False)  # noqa: DJ001 - unique
    issued_at = models.DateTimeField(null=True, editable=False)
    frozen = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    frozen_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    verification_code = models.CharField(  # noqa: DJ001 - unique
        max_length=16, null=True, unique=True, editable=False
    )
    pdf = models.OneToOneField(
        "platform.File", models.PROTECT, null=True, editable=False, related_name="+"
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    @property
    def says(self) -> dict[str, Any]:
        """What an issued document says."""
        assert self.frozen is not None, "It says nothing until it is issued."
        return dict(self.frozen)

    @property
    def printed_code(self) -> str:
        """The verification code in groups of four, as it is printed and read out."""
        code = self.verification_code or ""
        return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

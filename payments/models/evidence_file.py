from __future__ import annotations

from django.db import models
from django.db.models import Q

from payments.models.chargeback import Chargeback
from payments.models.gateway_command import GatewayCommand


class EvidenceFile(models.Model):
    """A file that an answer to a bank shows. It stays as it was drawn for that answer."""

    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="files")
    answer = models.PositiveSmallIntegerField(help_text="The how-manieth of the case")
    shows = models.CharField(max_length=40, help_text="The provider's name for what it shows")
    title = models.CharField(max_length=120)
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    command = models.OneToOneField(GatewayCommand, models.PROTECT, related_name="evidence_file")
    kept_as = models.CharField(max_length=255, blank=True, help_text="Its name at the provider")
    problem = models.CharField(max_length=300, blank=True, help_text="Why it is not shown")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_answer_shows_one_file_of_a_kind",
                fields=["chargeback", "answer", "shows"],
            ),
            models.CheckConstraint(
                name="a_file_is_kept_or_refused", condition=Q(kept_as="") | Q(problem="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waited_for(self) -> bool:
        return not self.kept_as and not self.problem

    @property
    def words(self) -> str:
        """Where it is."""
        if self.problem:
            return f"not shown: {self.problem}"
        return f"kept by the provider as {self.kept_as}" if self.kept_as else "on its way there"

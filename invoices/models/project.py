from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.kernel.transitions import StateChange
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> ProjectQuerySet:
        """Those of the clients that *user* belongs to. A freelancer reads its name elsewhere."""
        return self.filter(client__in=Organization.objects.of(user))

    def lock(self, pk: int) -> Project:
        """Return the project, whose budgets nobody else commits to until we commit."""
        found = self.select_related("client")
        return found.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Project(FSMModelMixin, models.Model):
    """What a client spends money and people's time on, over several contracts."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        CLOSED = "closed", "closed"

    TONES = {State.OPEN: "good"}

    ref = ref_field()
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="projects")
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=20)
    cost_center = models.CharField(max_length=40, blank=True)
    currency = currency_field()
    created_at = models.DateTimeField()
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_code_names_one_project", fields=["client", "code"]),
            models.CheckConstraint(
                name="a_project_has_a_name_and_a_code", condition=~Q(name="") & ~Q(code="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.ref])

    @property
    def title(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    # Who may take a step.

    def client_may_offer(self, user: User) -> bool:
        return may(user, Deed.OFFER, self.client)

    # Steps.

    @transition(field=state, source="open", target="closed", permission=client_may_offer)
    def close(self, *, at: datetime) -> None: ...

    @transition(field=state, source="closed", target="open", permission=client_may_offer)
    def reopen(self, *, at: datetime) -> None: ...


class ProjectChange(StateChange):
    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")

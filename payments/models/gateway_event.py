from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class GatewayEventQuerySet(models.QuerySet["GatewayEvent"]):
    def unhandled(self) -> GatewayEventQuerySet:
        return self.filter(handled_at__isnull=True, parked_at__isnull=True)

    def parked(self) -> GatewayEventQuerySet:
        """Those that wait for a person."""
        return self.filter(parked_at__isnull=False, left_at__isnull=True)

    def due(self, *, at: datetime) -> GatewayEventQuerySet:
        return self.unhandled().filter(next_try_at__lte=at).order_by("next_try_at", "pk")


class GatewayEvent(models.Model):
    """An event from a gateway, kept as it came. It is a hint: the truth is what we fetch."""

    gateway = models.CharField(max_length=20)
    scope = models.CharField(max_length=20)
    account = models.CharField(max_length=255, blank=True)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=100)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=255)
    api_version = models.CharField(max_length=40, blank=True)
    livemode = models.BooleanField()
    payload = models.BinaryField(help_text="The raw bytes that were signed")
    received_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    handled_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True, help_text="Given up; a person has to look")
    left_at = models.DateTimeField(null=True, help_text="A person looked, and left it as it is")
    error = models.CharField(max_length=500, blank=True)

    objects = GatewayEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_event_is_received_once", fields=["gateway", "event_id"]
            ),
            models.CheckConstraint(
                name="event_is_handled_or_parked_not_both",
                condition=Q(handled_at__isnull=True) | Q(parked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="only_a_parked_event_is_left_as_it_is",
                condition=Q(left_at__isnull=True) | Q(parked_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="unhandled_events_by_turn",
                fields=["next_try_at", "id"],
                condition=Q(handled_at__isnull=True, parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    @property
    def outcome(self) -> str:
        """What became of it, in a word."""
        if self.handled_at:
            return "handled"
        if self.left_at:
            return "left"
        return "parked" if self.parked_at else "waiting"

    @property
    def tone(self) -> str:
        return {"handled": "good", "parked": "bad"}.get(self.outcome, "wait")

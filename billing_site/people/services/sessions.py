"""Signing somebody out elsewhere, and everywhere."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from billing_site.people.models import User


@transaction.atomic
def end_all(user: User, *, but: str | None = None) -> int:
    """End the sessions of *user* except *but* one; return how many were listed."""
    listed = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    Session.objects.filter(session_key__in=listed.values("session_key")).delete()
    return listed.delete()[0]

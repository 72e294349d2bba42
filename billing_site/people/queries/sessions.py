"""Where somebody is signed in: of what was listed, what still lets its browser in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from billing_site.people.models import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser. An ended one stays listed for as long as retention says, and is not shown."""

    listed: UserSession
    is_this: bool  # the one that looks


def signed_in(user: User, *, this: str | None, at: datetime) -> list[SignedIn]:
    """Return the browsers that act as *user*, by two queries; *this* is the key of who looks.

    Sessions end by the wall's time, which *at* is.
    """
    rows = UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk")
    keys = UserSession.objects.filter(user=user).values("session_key")
    kept = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    data = dict(kept.values_list("session_key", "session_data"))
    # After another password none of the old sessions fits; the key may be on its way out.
    fits = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return [
        SignedIn(row, is_this=row.session_key == this)
        for row in rows
        if row.session_key in data and _lets_in(data[row.session_key], user, fits)
    ]


def _lets_in(data: str, user: User, fits: set[str]) -> bool:
    said = SessionStore().decode(data)
    return said.get(SESSION_KEY) == str(user.pk) and said.get(HASH_SESSION_KEY) in fits

"""Somebody of ours at the desk, who has an authenticator app and gives its code when asked."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.test import Client

from billing_site.people.models import User
from tests.signing_in import code_of, half_a_minute_later, session_of, with_second_factor


class ProvenDesk(Client):
    def __init__(self, user: User) -> None:
        super().__init__()
        self._secret = with_second_factor(user)
        session_of(user, self)

    def proven_post(self, url: str, sent: dict[str, Any]) -> Any:
        """Post, give the code that is asked for, and follow to the page that says what was done."""
        asked = self.post(url, sent)
        assert "/2fa/reauthenticate/" in asked.headers["Location"], asked
        half_a_minute_later()
        return self.post(asked.headers["Location"], {"code": code_of(self._secret)}, follow=True)


def chosen(action: str, *rows: Model, reason: str, **facts: str) -> dict[str, Any]:
    """What the admin's list sends for a decision about *rows*."""
    keys = [row.pk for row in rows]
    named = {"action": action, ACTION_CHECKBOX_NAME: keys, "decided": "1", "reason": reason}
    return {**named, **facts}

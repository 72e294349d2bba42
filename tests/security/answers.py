"""What a door said, in words of this matrix; and what it said, without what is random."""

from __future__ import annotations

import re
from enum import StrEnum

from django.http import HttpResponseBase
from django.urls import reverse


class Answer(StrEnum):
    SHOWN = "shown"
    MOVED = "sent on"
    SIGN_IN = "asked to sign in"
    ENROL = "asked to set up a second factor"
    PROVE = "asked for the second factor"
    FOUND = "asked to found an organization"
    DESK = "sent to the desk"
    MISSING = "not found"
    REFUSED = "refused"
    NO_DEED = "not to be used like that"
    BROKEN = "broken"


STATUSES = {
    200: Answer.SHOWN,
    304: Answer.SHOWN,
    400: Answer.REFUSED,
    403: Answer.REFUSED,
    404: Answer.MISSING,
    405: Answer.NO_DEED,
    409: Answer.REFUSED,
    422: Answer.REFUSED,
}


def answer_of(response: HttpResponseBase) -> Answer:
    if response.status_code in (301, 302, 303):
        return _sent_to(response.headers["Location"])
    return STATUSES.get(response.status_code, Answer.BROKEN)


def _sent_to(location: str) -> Answer:
    path = location.partition("?")[0]
    places = {
        reverse("account_login"): Answer.SIGN_IN,
        reverse("mfa_activate_totp"): Answer.ENROL,
        reverse("mfa_reauthenticate"): Answer.PROVE,
        reverse("mfa_reauthenticate_webauthn"): Answer.PROVE,
        reverse("account_reauthenticate"): Answer.PROVE,
        reverse("onboarding"): Answer.FOUND,
        reverse("admin:index"): Answer.DESK,
    }
    return places.get(path, Answer.MOVED)


RANDOM = [
    rb'name="csrfmiddlewaretoken" value="[^"]+"',
    rb'"x-csrftoken": "[^"]+"',
    rb"&quot;x-csrftoken&quot;: &quot;[^&]+&quot;",
    rb'name="op_id" value="[^"]+"',
    rb"<time[^>]*>[^<]*</time>",
]


def bytes_of(response: HttpResponseBase) -> bytes:
    """The body without tokens and the time of day: what is left has to be equal."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    for pattern in RANDOM:
        body = re.sub(pattern, b"", body)
    return bytes(body)

"""Whom to sign in as in the demo world, and what each of them finds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from billing_site.workflows.demo_world.cast import PASSWORD, WITH_CODES, Person, cast
from billing_site.workflows.demo_world.roster import authenticator_of

PERIOD = 30  # seconds that a one-time code is good for

SEES = {
    "ada": "client: invoices to approve, an offer out, money held",
    "ben": "freelancer: earnings in four stages, an offer to answer (asks for a code)",
    "mia": "mediator: the admin, the laws of the books (asks for a code)",
    "tobias": "finance at Ada Studio: pays, approves nothing",
    "mirjam": "approver at Ada Studio: up to €2,500",
    "jonas": "viewer at Ada Studio: sees everything, does nothing",
}


class SignIn(NamedTuple):
    name: str
    email: str
    password: str
    sees: str


@dataclass(frozen=True, slots=True)
class Code:
    name: str
    email: str
    digits: str
    seconds_left: int


def sign_ins() -> list[SignIn]:
    """Return whom to sign in as, in the order in which one should."""
    people = _people()
    return [
        SignIn(people[key].name, people[key].email, PASSWORD, sees) for key, sees in SEES.items()
    ]


def codes() -> list[Code]:
    """Return the one-time codes of this half-minute of the wall's clock.

    :raises Authenticator.DoesNotExist: the world was not seeded, or somebody changed their factor.
    """
    assert settings.DEMO, "One-time codes are shown in the demo only."
    now = int(time.time())
    return [
        Code(person.name, person.email, _digits(person.email, now // PERIOD), PERIOD - now % PERIOD)
        for person in (_people()[key] for key in WITH_CODES)
    ]


def _digits(email: str, counter: int) -> str:
    secret = decrypt(authenticator_of(email).data["secret"])
    return format_hotp_value(hotp_value(secret, counter))


def _people() -> dict[str, Person]:
    return {person.key: person for person in (*cast().staff, *cast().people)}

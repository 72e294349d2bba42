"""What a freelancer reads when the provider stops paying them, and when it goes on."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from payments.models import Payee
from payments.services.telling import tell


def stopped(payee: Payee, *, at: datetime) -> None:
    said = (
        f"{payee.problem} Until the provider pays you again, what you withdraw waits, and can be"
        " cancelled. Go to your bank accounts and add one: the provider asks there for what it"
        " wants to know."
    )
    _tell(payee, "stopped", "You cannot be paid at present", said.strip(), at=at)


def goes_on(payee: Payee, *, at: datetime) -> None:
    said = "The provider pays you again. What you had withdrawn is sent now."
    _tell(payee, "goes_on", "You can be paid again", said, at=at)


def _tell(payee: Payee, what: str, subject: str, said: str, *, at: datetime) -> None:
    tell(
        payee.organization,
        "payee_news",
        subject,
        about=("payee", payee.ref),
        url=reverse("payout-methods"),
        at=at,
        key_ends=f"/{what}/{at.isoformat()}",
        said=said,
    )

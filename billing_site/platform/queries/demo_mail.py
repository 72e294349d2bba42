"""The demo's mail: our letters, and what other packages wrote into the folder for mail."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from billing_site.platform import clock
from billing_site.platform.models import Letter

MOST = 500
BETWEEN_MESSAGES = b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Mail:
    at: datetime
    to: str
    subject: str
    text: str
    is_sent: bool


def mail_of_the_demo(recipient: str = "") -> list[Mail]:
    """Return the newest mail first, all of it or what went to *recipient* (part of an address)."""
    letters = Letter.objects.order_by("-written_at", "-pk")
    if recipient:
        letters = letters.filter(email__icontains=recipient)
    ours = [
        Mail(
            at=each.written_at,
            to=f"{each.name} <{each.email}>",
            subject=each.subject,
            text=each.text.strip(),
            is_sent=each.sent_at is not None,
        )
        for each in letters[:MOST]
    ]
    others = [mail for mail in _in_files() if recipient.lower() in mail.to.lower()]
    return sorted([*ours, *others], key=lambda mail: mail.at, reverse=True)[:MOST]


def _in_files() -> Iterator[Mail]:
    """Yield what allauth and others sent; letters of ours went the same way, and are left out."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return
    ahead = clock.ahead()  # A mail's date is wall time, the page's is the demo's.
    for path in sorted(folder.glob("*.log"), reverse=True)[:MOST]:
        for raw in path.read_bytes().split(BETWEEN_MESSAGES):
            message = email.message_from_bytes(raw.strip(), policy=email.policy.default)
            if not isinstance(message, EmailMessage) or message["X-Countersign-Letter"]:
                continue
            if not message["To"]:
                continue
            body = message.get_body(("plain",))
            sent_at = message["Date"].datetime if message["Date"] else datetime.now(UTC)
            yield Mail(
                at=sent_at.astimezone(UTC) + ahead,
                to=str(message["To"]),
                subject=str(message["Subject"]),
                text=str(body.get_content()).strip() if body else "",
                is_sent=True,
            )

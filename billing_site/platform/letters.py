"""Letters: written when the thing happens, mailed once it is true, and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from billing_site.platform.models import Letter
from billing_site.platform.queue import later

LETTER_HEADER = "X-Countersign-Letter"


@transaction.atomic
def send(
    *,
    key: str,
    to: Sequence[tuple[str, str]],
    subject: str,
    template: str,
    context: Mapping[str, Any],
    about: tuple[str, str] = ("", ""),
    is_private: bool = False,
    at: datetime,
) -> list[Letter]:
    """Write templates/mail/<template>.txt to each of *to* (e-mail, name), and post it after commit.

    The words are those of this moment, whatever changes before the postman comes. The
    same *key* is the same letter. *about* names what it tells of: ("invoice", ref). Of a
    *private* one, with a code or a link that opens a door, the words are forgotten once it is sent.
    """
    subject = " ".join(subject.split())[:200]
    letters = []
    for email, name in dict(to).items():
        text, html = _written(template, {**context, "name": name, "subject": subject})
        letter, is_new = Letter.objects.get_or_create(
            key=f"{key}/{email}",
            defaults={
                "email": email,
                "name": name,
                "subject": subject,
                "text": text,
                "html": html,
                "is_private": is_private,
                "about_type": about[0],
                "about_ref": about[1],
                "written_at": at,
            },
        )
        if is_new:
            later("billing_site.platform.letters.post", letter_id=letter.pk)
        letters.append(letter)
    return letters


def post(*, letter_id: int) -> None:
    """Hand a letter to the mail server. Run as a job, so that one process at a time does it.

    A mail server knows no idempotency: where we die between its yes and our note of it, the
    next attempt sends the letter once more, under the same Message-ID.
    """
    letter = Letter.objects.get(pk=letter_id)
    if letter.sent_at is not None:
        return
    Letter.objects.filter(pk=letter_id).update(tries=letter.tries + 1)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[formataddr((letter.name, letter.email))],
        headers={
            "Message-ID": f"<{letter.ref}@{urlsplit(settings.SITE_URL).hostname}>",
            LETTER_HEADER: letter.ref,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        Letter.objects.filter(pk=letter_id).update(last_error=said)
        raise
    # The demo's people have no mailbox but the page that shows all letters.
    forgotten = {"text": "", "html": ""} if letter.is_private and not settings.DEMO else {}
    Letter.objects.filter(pk=letter_id).update(sent_at=timezone.now(), last_error="", **forgotten)


def _written(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return the letter as text, and as the same text in our HTML shell."""
    source = get_template(f"mail/{template}.txt")
    assert isinstance(source, Template)
    # Nothing is markup in plain text. The shell escapes it again for HTML.
    facts = {"site_url": settings.SITE_URL, **context}
    text = source.template.render(Context(facts, autoescape=False)).strip() + "\n"
    paragraphs = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    html = render_to_string(
        "mail/shell.html",
        {"subject": context["subject"], "paragraphs": paragraphs, "site_url": settings.SITE_URL},
    )
    return text, html

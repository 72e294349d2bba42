from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from billing_site.platform import letters, queue
from billing_site.platform.models import Job, Letter
from tests.platform.tasks import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]
BOB, BEA = ("bob@example.org", "Bob"), ("bea@example.org", "Bea")


def send(
    *to: tuple[str, str], key: str = "k", words: str = "€900.00 is yours.", subject: str = "Paid"
) -> list[Letter]:
    return letters.send(
        key=key,
        to=to or [BOB],
        subject=subject,
        template="paid",
        context={"words": words},
        about=("invoice", "A"),
        at=NOON,
    )


def test_a_letter_is_written_now_and_mailed_by_a_job() -> None:
    (letter,) = send()
    assert (letter.sent_at, mail.outbox) == (None, [])

    queue.drain()

    (message,) = mail.outbox
    assert message.to == ["Bob <bob@example.org>"]
    assert message.body == "Hello Bob,\n\n€900.00 is yours.\n\nhttp://localhost:8000/home/\n"
    assert message.extra_headers["Message-ID"] == f"<{letter.ref}@localhost>"
    letter = Letter.objects.get()
    assert letter.sent_at is not None
    assert (letter.tries, letter.about_type, letter.about_ref) == (1, "invoice", "A")


def test_the_same_key_is_the_same_letter() -> None:
    send(BOB, BEA, BOB)
    send(BEA)
    queue.drain()
    for letter in Letter.objects.all():
        letters.post(letter_id=letter.pk)

    assert sorted(message.to[0] for message in mail.outbox) == [
        "Bea <bea@example.org>",
        "Bob <bob@example.org>",
    ]


def test_each_letter_names_one_person() -> None:
    send(BOB, BEA)
    queue.drain()

    assert [len(message.recipients()) for message in mail.outbox] == [1, 1]


def test_no_letter_without_what_it_tells_of() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send()
        raise ZeroDivisionError

    assert (Letter.objects.count(), Job.objects.count()) == (0, 0)


def test_words_are_words_in_text_and_in_html() -> None:
    send(words="<script>alert(1)</script> & more")
    queue.drain()

    (message,) = mail.outbox
    assert "<script>alert(1)</script> & more" in message.body
    ((html, mime),) = message.alternatives  # type: ignore[attr-defined]
    assert mime == "text/html"
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html
    assert '<a href="http://localhost:8000/home/"' in html


def test_a_subject_is_one_line() -> None:
    (letter,) = send(subject="Paid\r\nBcc: eve@example.org " + "x" * 300)
    queue.drain()

    assert letter.subject.startswith("Paid Bcc: eve@example.org xxx")
    assert len(letter.subject) == 200
    assert mail.outbox[0].recipients() == ["Bob <bob@example.org>"]


def test_a_mail_server_that_is_away_gets_the_letter_later_once(settings: Any) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.platform.mail.Away"
    (letter,) = send()
    with pytest.raises(queue.JobsFailed, match="nobody answers"):
        queue.drain()
    letter.refresh_from_db()
    assert (letter.sent_at, letter.tries) == (None, 1)
    assert letter.last_error == "ConnectionRefusedError: nobody answers"
    settings.EMAIL_BACKEND = working

    job = Job.objects.get()
    assert [queue.run(job.pk), queue.run(job.pk)] == ["done", "nothing to do"]

    letter.refresh_from_db()
    assert (letter.tries, letter.last_error, len(mail.outbox)) == (2, "", 1)
    assert letter.sent_at is not None

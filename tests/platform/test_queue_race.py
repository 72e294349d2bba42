from __future__ import annotations

import pytest
from django.core import mail
from django.db import transaction

from billing_site.platform import letters, queue
from billing_site.platform.models import Job, Letter
from tests.platform._threads import at_once
from tests.platform.tasks import NOON, runs_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_deliveries_at_once_do_it_once() -> None:
    with transaction.atomic():
        job = queue.later("tests.platform.tasks.write_down", subject="a")

    outcomes = at_once(16, lambda _: queue.run(job.pk))

    assert sorted(map(str, outcomes)) == ["done"] + ["nothing to do"] * 15
    assert (runs_of("a"), Job.objects.get().attempts) == (1, 1)


def test_sixteen_promises_at_once_are_one_job() -> None:
    @transaction.atomic
    def promise(_: int) -> int:
        return queue.later("tests.platform.tasks.write_down", subject="a").pk

    outcomes = at_once(16, promise)

    assert outcomes == [Job.objects.get().pk] * 16


@pytest.mark.usefixtures("words")
def test_sixteen_postmen_mail_a_letter_once() -> None:
    letters.send(
        key="k",
        to=[("bob@example.org", "Bob")],
        subject="Paid",
        template="paid",
        context={"words": "€900.00"},
        at=NOON,
    )
    job = Job.objects.get()

    outcomes = at_once(16, lambda _: queue.run(job.pk))

    assert sorted(map(str, outcomes)) == ["done"] + ["nothing to do"] * 15
    assert len(mail.outbox) == 1
    assert Letter.objects.get().tries == 1

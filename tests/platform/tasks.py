"""Work for tests. Each run leaves a line in the audit record, which nothing takes back."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform import audit, notices, queue
from billing_site.platform.models import AuditEvent, Job

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def write_down(*, subject: str) -> None:
    audit.record(SYSTEM("a test asked"), "test.ran", subject, at=NOON)


def write_down_and_fail(*, subject: str) -> None:
    write_down(subject=subject)
    raise ValueError("The mail server\nis away")


def write_down_and_die(*, subject: str) -> None:
    """Take the worker along, as a crash or the kernel's memory killer would."""
    write_down(subject=subject)
    os.kill(os.getpid(), signal.SIGKILL)


def sweep(*, at: datetime) -> None:
    audit.record(SYSTEM("a minute has passed"), "test.swept", "sweep", at=at)


def runs_of(subject: str) -> int:
    return AuditEvent.objects.filter(deed="test.ran", subject=subject).count()


def tell_once(*, user_id: int, news: str) -> None:
    """What is done twice has an effect once: the key sees to it."""
    notices.tell(users=[user_id], text="Done", url="", key=news, at=NOON)


def go_on() -> None:
    """Take so long that the lease runs out, and say that it goes on."""
    Job.objects.update(lease_until=NOON)
    queue.still_at_it()

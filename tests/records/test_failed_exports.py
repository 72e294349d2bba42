"""An export whose job was given up says so, and stands in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import Job
from records.models import Export
from records.queries.retention import rules
from records.queries.transactions import Asked
from records.services import exports
from records.tasks import forget_exports
from tests import given
from tests.given import NOON
from tests.given_payments import DAY
from tests.signing_in import session_of


def asked(user: User) -> Export:
    ours = given.organization(user)
    return exports.request(ours, Asked(currency="EUR"), format_="csv", by=user, at=NOON)


@pytest.fixture
def failed(alice: User) -> list[Export]:
    """As many as an organization may have at once; the worker died five times over each."""
    five = [asked(alice) for _ in range(exports.MOST_AT_ONCE)]
    with pytest.raises(NotAllowed):
        asked(alice)
    Job.objects.filter(task=exports.WRITE).update(
        state=Job.State.DEAD, finished_at=timezone.now(), last_error="it died\nMemoryError: x"
    )
    return five


def test_what_was_given_up_says_so_and_another_may_be_asked_for(
    alice: User, failed: list[Export]
) -> None:
    forget_exports(at=NOON)
    forget_exports(at=NOON + DAY)

    found = Export.objects.get(pk=failed[0].pk)
    assert (found.words, found.failed_at, found.problem) == ("given up", NOON, "MemoryError: x")
    browser = session_of(alice)
    page = browser.get(found.get_absolute_url())
    assert "Refresh" not in page
    assert "could not be written" in page.content.decode()
    assert "given up" in browser.get(reverse("exports")).content.decode()
    with pytest.raises(NotAllowed, match="given up already"):
        exports.cancel(found.pk, by=alice, at=NOON)
    exports.write_out(found.pk, at=NOON)
    assert Export.objects.get(pk=found.pk).failed_at == NOON
    assert asked(alice).words == "waiting"


def test_it_goes_with_its_year(failed: list[Export]) -> None:
    forget_exports(at=NOON)
    [rule] = [each for each in rules() if each.name == "exports"]

    assert rule.due(at=NOON + timedelta(days=366)).count() == len(failed)


@pytest.mark.parametrize(
    "impossible", [{"problem": "x"}, {"failed_at": NOON, "cancelled_at": NOON}]
)
def test_the_database_knows_what_failed(alice: User, impossible: dict[str, object]) -> None:
    export = asked(alice)

    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**impossible)

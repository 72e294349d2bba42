"""What wants to harm who opens it is refused as evidence, or served so that it cannot."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import File
from disputes.models import Dispute, Evidence
from tests import given_disputes
from tests.disputes.hostile_files import KEPT, REFUSED, Hostile
from tests.given_disputes import Case
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db
MOST_MEMORY = 64 * 1024  # kB, as the system counts


@pytest.fixture
def case() -> Case:
    return given_disputes.opened(at=clock.now())


def shows(user: User, dispute: Dispute, hostile: Hostile) -> Any:
    upload = SimpleUploadedFile("x", hostile.content, hostile.content_type)
    vars(upload)["_name"] = hostile.name  # Django's test client would have cleaned it
    words = {"file": upload, "description": "What it looks like", "op_id": str(uuid4())}
    return session_of(user).post(reverse("dispute-evidence", args=[dispute.ref]), words)


def test_there_are_enough() -> None:
    assert len(REFUSED) + len(KEPT) >= 40


@pytest.mark.parametrize("hostile", REFUSED, ids=lambda it: it.why)
def test_it_is_refused(case: Case, hostile: Hostile, settings: Any) -> None:
    files, memory = File.objects.count(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    response = shows(case.alice, case.dispute, hostile)

    assert response.status_code == 422
    assert "Nothing was kept" in response.content.decode()
    assert not Evidence.objects.exists()
    assert File.objects.count() == files
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory <= MOST_MEMORY


@pytest.mark.parametrize("hostile", KEPT, ids=lambda it: it.why)
def test_it_is_kept_and_harmless(case: Case, hostile: Hostile, settings: Any) -> None:
    assert shows(case.alice, case.dispute, hostile).status_code == 302

    kept = Evidence.objects.select_related("file").get()
    answer = session_of(case.bob).get(reverse("file", args=[kept.file.ref]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not hostile.gone or hostile.gone not in answer.content
    assert kept.file.name.endswith(hostile.kept_as)
    assert kept.sha256 == kept.file.sha256
    (path,) = Path(settings.PRIVATE_FILES).rglob(kept.file.stored_as)
    assert path.is_relative_to(settings.PRIVATE_FILES)
    page = session_of(case.bob).get(case.dispute.get_absolute_url()).content.decode()
    assert "<img src=x" not in page
    assert kept.sha256 in page


def test_a_mediator_reads_what_was_shown(case: Case) -> None:
    """Staff act for no organization, and are not led back to the desk."""
    shows(case.alice, case.dispute, KEPT[0])
    kept = Evidence.objects.select_related("file").get()
    with_second_factor(case.mia)
    answer = session_of(case.mia).get(reverse("file", args=[kept.file.ref]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_stranger_downloads_nothing(case: Case, charlie: User) -> None:
    shows(case.alice, case.dispute, KEPT[0])
    kept = Evidence.objects.select_related("file").get()
    assert session_of(charlie).get(reverse("file", args=[kept.file.ref])).status_code == 404

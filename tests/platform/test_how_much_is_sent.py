"""An organization sends 200 MB of files within 30 days at most; what we draw is not counted."""

from __future__ import annotations

import pytest

from billing_site.platform import files
from billing_site.platform.files import MOST_UPLOADED, NotAFile
from billing_site.platform.models import File
from billing_site.platform.models.file import LARGEST_FILE
from tests.given import NOON, days

pytestmark = pytest.mark.django_db
OURS, THEIRS = 7, 8


def send(owner: int = OURS, *, at: object = NOON) -> File:
    facts = {"name": "a.txt", "content_type": "text/plain", "owner": owner, "at": at}
    return files.upload(b"Words.", **facts)  # type: ignore[arg-type]


def test_who_sent_as_much_as_one_may_waits_or_sends_less() -> None:
    sent = send()
    assert sent.is_upload
    drawn = files.store(b"Ours.", name="b.txt", content_type="", owner=OURS, at=NOON)
    full = MOST_UPLOADED // LARGEST_FILE
    for number, is_upload in ((full, True), (full, False)):
        File.objects.bulk_create(
            File(
                name="large.zip",
                content_type="application/zip",
                size=LARGEST_FILE,
                sha256="0" * 64,
                stored_as=f"{is_upload}-{index}",
                owner=THEIRS if is_upload else OURS,
                is_upload=is_upload,
                stored_at=NOON - days(1),
            )
            for index in range(number)
        )
    assert not drawn.is_upload
    assert send(OURS), "What we drew for them is not what they sent."
    with pytest.raises(NotAFile, match="200 MB of files at most"):
        send(THEIRS)
    assert send(THEIRS, at=NOON + days(29))

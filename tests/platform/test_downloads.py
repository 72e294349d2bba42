"""A file goes out under its name, whatever is in that, and says nothing else in its headers."""

from __future__ import annotations

from email.message import Message

import pytest
from django.http import HttpResponse

from billing_site.platform import downloads
from tests.test_production import ROOT

HANDED_OUT = [(downloads.shown, "inline"), (downloads.saved, "attachment")]
NAMES = [
    "RE-2026-0001.pdf",
    'a"; filename="evil.html',
    "Müller & Söhne – März.pdf",
    "back\\slash; x=y.pdf",
    "請求書.pdf",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("hand_out", "how"), HANDED_OUT)
def test_a_name_is_a_name(hand_out: type, how: str, name: str) -> None:
    response = hand_out(HttpResponse(b"%PDF-"), name)

    read = Message()
    read["Content-Disposition"] = response["Content-Disposition"]
    assert read.get_content_disposition() == how
    assert read.get_filename() == name
    assert [key for key, _ in read.get_params(header="Content-Disposition") or []][1:] == [
        "filename"
    ]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_nobody_writes_the_header_by_hand() -> None:
    writers = {
        str(path.relative_to(ROOT))
        for app in ("billing_site", "payments", "invoices", "disputes", "records")
        for path in ROOT.joinpath(app).rglob("*.py")
        if "Content-Disposition" in path.read_text()
    }
    assert writers == {"billing_site/platform/downloads.py"}

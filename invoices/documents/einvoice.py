"""Whether a document is a valid e-invoice: asked once, when its PDF is drawn, and kept with it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from invoices.documents import facturx
from invoices.documents.arithmetic import Broken, broken_sums
from invoices.documents.child import Child, ChildFailed

PROFILE = "EN 16931"
RECYCLE_AFTER = 200  # documents


class NotChecked(Exception):
    """The checker did not answer. The document is issued all the same; the job tries again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a document's data, and who asked them when."""

    profile: str
    checked_at: datetime
    checked_by: str  # the programs and their versions
    broken: list[Broken]  # rule and what it says

    @property
    def is_valid(self) -> bool:
        return not self.broken

    def as_json(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "checked_at": self.checked_at.isoformat(),
            "checked_by": self.checked_by,
            "broken": self.broken,
        }


def check(
    frozen: Mapping[str, Any], *, at: datetime, checker: Child | None = None
) -> tuple[bytes, Verdict]:
    """Return the document as XML, and what is wrong with it by the rules of EN 16931.

    :raises NotChecked: the checker did not answer in time.
    """
    xml = facturx.xml_of(frozen)
    try:
        answer = json.loads((checker or _checker).ask(xml))
    except ChildFailed as error:
        raise NotChecked(str(error)) from error
    broken = broken_sums(frozen) + answer["broken"]
    return xml, Verdict(PROFILE, at, answer["by"], broken)


def xml_in(pdf: bytes) -> bytes:
    """Return the XML that a PDF of ours carries: always the one that was checked.

    :raises KeyError: it carries none.
    """
    (xml,) = PdfReader(io.BytesIO(pdf)).attachments[facturx.FILE_NAME]
    return xml


def new_checker() -> Child:
    """A process that checks. One is enough for all of ours, and it is kept; see `_checker`."""
    return Child(Path(__file__).with_name("checker.py"), recycle_after=RECYCLE_AFTER)


_checker = new_checker()

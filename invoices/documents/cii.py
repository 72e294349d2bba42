"""Elements of the CII syntax: small pieces that `facturx.py` is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any  # lxml has no public name for what it makes

# A sum has two places at most (BR-DEC), and a third one of ours is a zero.
PLACES = re.compile(r"^(-?[0-9]+\.[0-9]{2})0$")

STANDARD = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{STANDARD}CrossIndustryInvoice:100",
    "ram": f"{STANDARD}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{STANDARD}UnqualifiedDataType:100",
    "qdt": f"{STANDARD}QualifiedDataType:100",
}


def root(name: str) -> Element:
    return etree.Element(_qualified(name), nsmap=NAMESPACES)


def add(parent: Element, path: str, text: str | None = None) -> Element:
    """Add a new element at *path* below *parent*; with an empty *text* nothing is added.

    Returns the last element of the path, for attributes and children.
    """
    if text == "":
        return etree.Element(_qualified(path.rsplit("/", 1)[-1]))  # belongs to nothing
    for name in path.split("/"):
        parent = etree.SubElement(parent, _qualified(name))
    if text is not None and path.endswith("Amount"):
        text = PLACES.sub(r"\1", text)
    if text is not None:
        parent.text = "".join(char for char in text if char.isprintable() or char in "\n\t")
    return parent


def day(parent: Element, iso: str, prefix: str = "udt") -> None:
    written = add(parent, f"{prefix}:DateTimeString", f"{date.fromisoformat(iso):%Y%m%d}")
    written.set("format", "102")


def sum_in(facts: Mapping[str, Any], name: str) -> str:
    """Return a sum that a document may have; empty where there is none, or nothing."""
    written = str(facts.get(name) or "0")
    return written if Decimal(written) else ""


def added(*written: str) -> str:
    """Return the total of sums as they are written, with as many places."""
    return str(sum((Decimal(each) for each in written), Decimal(0)))


def _qualified(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"

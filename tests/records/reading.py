"""Pages as somebody reads them: tables by their captions, and the sums in their cells."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.test import Client
from lxml import html

NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


def page_of(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return html.document_fromstring(answer.content.decode())


def body(page: Any, caption: str) -> list[Any]:
    return list(
        page.xpath(f"//table[caption[starts-with(normalize-space(), '{caption}')]]/tbody/tr")
    )


def columns(table: Any) -> list[Decimal]:
    rows = [[sum_in(td) for td in tr.findall("td")] for tr in table.findall("tbody/tr")]
    return [sum(column, Decimal(0)) for column in zip(*rows, strict=True)]


def words_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def sum_in(element: Any) -> Decimal:
    """The first number of a cell; where there is none, nothing."""
    found = NUMBER.search(words_of(element).replace("−", "-").replace("-€", "-").replace("-$", "-"))
    return Decimal(found.group().replace(",", "")) if found else Decimal(0)

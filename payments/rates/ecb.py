"""The reference rates of the European Central Bank: a small file, new on each of its working days.

It is read by a parser that knows no document types, from one address that is not left, and
no further than a file of its kind can be long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from xml.parsers import expat

from payments.rates.base import NoRates, Rate

HOST, PATH = "www.ecb.europa.eu", "/stats/eurofxref/eurofxref-daily.xml"
MOST_BYTES = 64 * 1024  # it has 2 kB
IT_IS_ALL = True
EACH_WAIT, WHOLE_WAIT = 5, 20  # seconds
_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")


def _connection() -> HTTPConnection:
    return HTTPSConnection(HOST, timeout=EACH_WAIT)


class EcbRates:
    name = "ecb"
    title = "European Central Bank"

    def __init__(self, connect: Callable[[], HTTPConnection] = _connection) -> None:
        self._connect = connect

    def latest(self, *, at: datetime) -> list[Rate]:
        return read(self._fetch())

    def _fetch(self) -> bytes:
        connection, until = self._connect(), monotonic() + WHOLE_WAIT
        try:
            connection.request("GET", PATH, headers={"Accept": "application/xml, text/xml"})
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:  # A redirect too: nobody else's rates are believed.
                raise NoRates(f"{HOST} answered {answer.status}.")
            body = bytearray()
            while part := answer.read1(MOST_BYTES):
                body += part
                if len(body) > MOST_BYTES or monotonic() > until:
                    raise NoRates(f"What {HOST} sends is too long, or takes too long.")
        except (OSError, HTTPException) as problem:
            raise NoRates(f"{HOST} cannot be reached: {problem}") from problem
        finally:
            connection.close()
        return bytes(body)


def read(body: bytes) -> list[Rate]:
    """Return the rates that are in the file.

    :raises NoRates: it is not such a file, all of it.
    """
    days: list[str] = []
    found: list[tuple[str, str]] = []

    def refuse(*_: object) -> None:
        raise NoRates("It declares a document type, which a file of rates does not.")

    def element(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Cube" and "time" in attributes:
            days.append(attributes["time"])
        elif "currency" in attributes:
            found.append((attributes["currency"], attributes.get("rate", "")))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = element
    try:
        parser.Parse(body, IT_IS_ALL)
        [day] = {date.fromisoformat(each) for each in days}
    except expat.ExpatError as problem:
        raise NoRates(f"It is not XML: {problem}") from problem
    except ValueError as problem:
        raise NoRates("It is not of one day.") from problem
    return _believed(found, day)


def _believed(found: list[tuple[str, str]], day: date) -> list[Rate]:
    for currency, rate in found:
        if not _CURRENCY.fullmatch(currency) or not _RATE.fullmatch(rate) or not Decimal(rate):
            raise NoRates(f"It says {rate!r} for {currency!r}.")
    if not found or len({currency for currency, _ in found}) != len(found):
        raise NoRates("It names no currency, or one of them twice.")
    return [Rate(currency, Decimal(rate), day) for currency, rate in found]

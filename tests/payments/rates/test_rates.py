"""What currencies are worth: the bank's file as it is, every file that it is not, and our rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.money import EXPONENTS
from billing_site.kernel.transitions import NotAllowed
from payments import rates
from payments.models import ExchangeRate
from payments.queries.mid_rate import mid_rate
from payments.rates.base import NoRates, Rate
from payments.rates.ecb import MOST_BYTES, EcbRates, read
from payments.rates.table import TABLE
from payments.services import exchange_rates
from payments.tasks import fetch_rates
from tests.given_payments import DAY, NOON

SAMPLE = (Path(__file__).parent / "eurofxref-daily.xml").read_bytes()
FRIDAY = date(2026, 2, 27)


def file_of(*cubes: str, day: str = "2026-02-27") -> bytes:
    return f"<E><Cube><Cube time='{day}'>{''.join(cubes)}</Cube></Cube></E>".encode()


def cube(currency: str, rate: str) -> str:
    return f"<Cube currency='{currency}' rate='{rate}'/>"


class TestTheFile:
    def test_all_of_it_is_read(self) -> None:
        found = read(SAMPLE)

        assert len(found) == 30
        assert Rate("USD", Decimal("1.0870"), FRIDAY) in found
        assert Rate("IDR", Decimal("17893.50"), FRIDAY) in found

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>Sorry</html>",
            SAMPLE[:1500],
            file_of(),
            file_of(cube("USD", "")),
            file_of(cube("USD", "0")),
            file_of(cube("USD", "-1.1")),
            file_of(cube("USD", "NaN")),
            file_of(cube("USD", "1e9")),
            file_of(cube("usd", "1.1")),
            file_of(cube("USD", "1.1"), cube("USD", "1.2")),
            file_of(cube("USD", "1.1"), day="yesterday"),
            file_of(cube("USD", "1.1"), "<Cube time='2026-02-26'/>"),
            b'<!DOCTYPE E [<!ENTITY a "1.1">]>' + file_of(cube("USD", "&a;")),
            b'<!DOCTYPE E SYSTEM "file:///etc/passwd">' + file_of(cube("USD", "1.1")),
        ],
    )
    def test_what_is_not_such_a_file_is_not_believed(self, body: bytes) -> None:
        with pytest.raises(NoRates):
            read(body)


class TestTheWayThere:
    def test_it_is_fetched(self) -> None:
        with served(200, SAMPLE) as connect:
            assert len(EcbRates(connect).latest(at=NOON)) == 30

    @pytest.mark.parametrize("status", [301, 302, 404, 500])
    def test_no_other_answer_is_followed(self, status: int) -> None:
        with served(status, SAMPLE) as connect, pytest.raises(NoRates, match=str(status)):
            EcbRates(connect).latest(at=NOON)

    def test_it_is_not_read_without_end(self) -> None:
        with served(200, b" " * (MOST_BYTES + 1)) as connect, pytest.raises(NoRates, match="long"):
            EcbRates(connect).latest(at=NOON)

    def test_nobody_there(self) -> None:
        with pytest.raises(NoRates, match="cannot be reached"):
            EcbRates(lambda: HTTPConnection("127.0.0.1", 9, timeout=1)).latest(at=NOON)


class TestWhoIsAsked:
    def test_the_table_knows_what_is_enabled(self) -> None:
        assert {"EUR", *TABLE} == set(EXPONENTS)

    def test_made_up_rates_are_for_the_sandbox(self, settings: Any) -> None:
        settings.PAYMENTS_SANDBOX = False
        with pytest.raises(ImproperlyConfigured, match="made up"):
            rates.current()

    def test_a_name_that_nobody_has(self, settings: Any) -> None:
        settings.EXCHANGE_RATES = "tea leaves"
        with pytest.raises(ImproperlyConfigured, match="choose"):
            rates.current()


@pytest.mark.django_db
class TestOurRows:
    def test_they_are_fetched_once_a_day(self) -> None:
        fetch_rates(at=NOON)
        fetch_rates(at=NOON + timedelta(hours=2))
        assert ExchangeRate.objects.count() == len(TABLE)

        fetch_rates(at=NOON + DAY)
        assert ExchangeRate.objects.count() == 2 * len(TABLE)

    def test_a_provider_that_is_silent_is_asked_once_an_hour(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.EXCHANGE_RATES, asked = "ecb", []

        def silent(self: EcbRates) -> bytes:
            asked.append(1)
            raise NoRates("Nobody there.")

        monkeypatch.setattr(EcbRates, "_fetch", silent)
        for minute in (0, 1, 59, 60):
            exchange_rates.fetch_when_due(at=NOON + timedelta(minutes=minute))

        assert len(asked) == 2

    def test_the_same_file_again_changes_nothing(self) -> None:
        assert exchange_rates.keep("ecb", read(SAMPLE), at=NOON) == 5  # no dinar, no euro
        assert exchange_rates.keep("ecb", read(SAMPLE), at=NOON) == 0

    def test_what_was_said_stays(self) -> None:
        fetch_rates(at=NOON)
        for statement in ("UPDATE payments_exchangerate SET per_euro = 2", "DELETE FROM {}"):
            with (
                pytest.raises(IntegrityError, match="final"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement.format("payments_exchangerate"))

    @pytest.mark.parametrize(
        ("currency", "worth", "name"),
        [
            ("USD", "0", "a_rate_is_more_than_nothing_and_not_of_the_euro"),
            ("EUR", "1", "a_rate_is_more_than_nothing_and_not_of_the_euro"),
            ("JPY", "9", "a_source_gives_one_rate_a_day"),
        ],
    )
    def test_rows_that_cannot_be(self, currency: str, worth: str, name: str) -> None:
        fetch_rates(at=NOON)
        with (
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                'INSERT INTO payments_exchangerate (source, "on", currency, per_euro, fetched_at)'
                " VALUES ('table', %s, %s, %s, now())",
                [NOON.date(), currency, worth],
            )


@pytest.mark.django_db
class TestTheMidRate:
    def test_it_goes_over_the_euro(self) -> None:
        fetch_rates(at=NOON)

        assert mid_rate("EUR", "USD", at=NOON).rate == Decimal("1.087")
        assert mid_rate("USD", "EUR", at=NOON).rate == Decimal("0.919963201472")
        assert mid_rate("JPY", "KWD", at=NOON).rate == Decimal("0.002071937984")

    def test_a_currency_without_a_rate_is_refused(self, settings: Any) -> None:
        settings.EXCHANGE_RATES = "ecb"
        exchange_rates.keep("ecb", read(SAMPLE), at=NOON)

        with pytest.raises(NotAllowed, match="no rate for KWD"):
            mid_rate("EUR", "KWD", at=NOON)

    def test_an_old_rate_is_refused_with_its_day(self, settings: Any) -> None:
        settings.EXCHANGE_RATES = "ecb"
        exchange_rates.keep("ecb", read(SAMPLE), at=NOON)

        assert mid_rate("EUR", "USD", at=NOON + DAY).on == FRIDAY
        with pytest.raises(NotAllowed, match="is of 27 February 2026, which is too old"):
            mid_rate("EUR", "USD", at=NOON + 3 * DAY)


@contextmanager
def served(status: int, body: bytes) -> Iterator[Callable[[], HTTPConnection]]:
    """A server on this machine that gives one answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                return  # it was enough for them

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.handle_request)
    thread.start()
    yield lambda: HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    thread.join()
    server.server_close()

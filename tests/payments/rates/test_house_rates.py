"""What the provider of rates lacks is taken from a table of our own: two enter it, and it ends."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import HouseRate
from payments.queries.charged_in import charged_in
from payments.queries.mid_rate import mid_rate
from payments.queries.paid_in import why_only_in
from payments.rates.base import Rate
from payments.services import converting, exchange_rates, house_rates
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.rates.given_house_rates import LIST, WHY, entered, given_by_the_bank, standing
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk
from tests.signing_in import session_of

pytestmark = pytest.mark.usefixtures("_ecb")
ECB = "European Central Bank"
OURS = "our own table"


@pytest.mark.parametrize(
    ("pair", "rate", "source", "title", "on"),
    [
        ("EUR USD", "1.087", "ecb", ECB, NOON - DAY),
        ("EUR KWD", "0.3341", "house", OURS, NOON),
        ("KWD EUR", "2.993115833583", "house", OURS, NOON),
        ("USD KWD", "0.307359705612", "ecb+house", f"{ECB} and {OURS}", NOON - DAY),
        ("KWD JPY", "482.639928165220", "ecb+house", f"{ECB} and {OURS}", NOON - DAY),
    ],
)
@pytest.mark.usefixtures("_stands")
def test_each_currency_has_its_source(
    pair: str, rate: str, source: str, title: str, on: Any
) -> None:
    found = mid_rate(*pair.split(), at=NOON)

    assert (found.rate, found.source, found.title) == (Decimal(rate), source, title)
    assert found.on == on.date()


def test_a_quote_says_where_its_rate_is_from_and_its_day(
    finn: User, fay: User, alice: User
) -> None:
    standing(finn, fay)
    bob = given.worker(currency="KWD")
    given.available_earnings(client=alice, freelancer=bob)
    bank = given.payout_method(bob)
    facts: dict[str, Any] = {"organization": given.organization(bob), "by": bob, "at": NOON}

    quote = converting.quote(method=bank, amount=Money("100.00", "EUR"), **facts)

    assert (quote.rate_source, quote.rate_title, quote.rate_on) == ("house", OURS, NOON.date())
    assert quote.into == Money("33.080", "KWD")
    with clock.pinned(NOON):
        page = text_of(session_of(bob).get(quote.get_absolute_url()))
    assert f"at the rate of {OURS} of" in page


def test_it_is_used_by_two_and_for_its_time_only(finn: User, fay: User, bob: User) -> None:
    theirs, refused = given.organization(bob), "no rate for KWD"
    rate = entered(finn)
    with pytest.raises(NotAllowed, match=refused):
        mid_rate("EUR", "KWD", at=NOON)
    assert why_only_in("KWD", theirs, at=NOON)

    with pytest.raises(NotYours, match="another one confirms"):
        house_rates.confirm(rate.pk, reason=WHY, by=finn, at=NOON)
    house_rates.confirm(rate.pk, reason=WHY, by=fay, at=NOON)

    last = NOON + 7 * DAY - timedelta(seconds=1)
    given_by_the_bank(last)
    assert mid_rate("USD", "KWD", at=last).source == "ecb+house"
    assert why_only_in("KWD", theirs, at=NOON) == ""
    assert OURS in charged_in(theirs, at=NOON).rate_title
    for moment in (NOON - DAY, NOON + 7 * DAY):
        with pytest.raises(NotAllowed, match=refused):
            mid_rate("EUR", "KWD", at=moment)
    assert charged_in(theirs, at=NOON + 7 * DAY).rate_title == ECB


def test_the_later_word_counts_and_an_ended_one_counts_no_more(finn: User, fay: User) -> None:
    standing(finn, fay)
    later = standing(fay, finn, "0.3400", at=NOON + DAY)

    assert mid_rate("EUR", "KWD", at=NOON + DAY).rate == Decimal("0.34")
    house_rates.end(later.pk, reason="It was of the wrong day.", by=finn, at=NOON + DAY)
    assert mid_rate("EUR", "KWD", at=NOON + DAY).rate == Decimal("0.3341")
    with pytest.raises(WrongState, match="does not stand"):
        house_rates.end(later.pk, reason="It was of the wrong day.", by=fay, at=NOON + DAY)


def test_an_older_one_replaces_no_newer_one(finn: User, fay: User) -> None:
    """Not by a word that comes later, and not by one that comes at the same time."""
    slip = entered(finn, "3.341")
    standing(finn, fay, at=NOON + DAY)
    with pytest.raises(WrongState, match="KWD a euro was entered later, and confirmed"):
        house_rates.confirm(slip.pk, reason=WHY, by=fay, at=NOON + 2 * DAY)
    with clock.pinned(NOON + 2 * DAY):
        assert "+900.00 %" in text_of(ProvenDesk(fay).get(reverse(LIST)))

    facts: dict[str, Any] = {"is_confirmed": True, "decided_by": fay, "decided_at": NOON + 2 * DAY}
    HouseRate.objects.filter(pk=slip.pk).update(**facts)

    assert mid_rate("EUR", "KWD", at=NOON + 2 * DAY).rate == Decimal("0.3341")


def test_what_the_bank_has_is_taken_from_the_bank(finn: User, fay: User) -> None:
    with pytest.raises(NotAllowed, match="taken from the European Central Bank"):
        house_rates.enter("USD", Decimal("1.1"), reason=WHY, by=finn, at=NOON)

    rate = standing(finn, fay)
    exchange_rates.keep("ecb", [Rate("KWD", Decimal("0.3350"), NOON.date())], at=NOON)

    assert mid_rate("EUR", "KWD", at=NOON).source == "ecb"
    assert rate in HouseRate.objects.standing(at=NOON)


def test_a_rate_that_is_too_old_is_still_refused_and_may_be_entered(finn: User, fay: User) -> None:
    late = NOON + 6 * DAY
    with pytest.raises(NotAllowed, match="which is too old"):
        mid_rate("EUR", "USD", at=late)
    rate = house_rates.enter("USD", Decimal("1.1"), reason=WHY, by=finn, at=late)
    house_rates.confirm(rate.pk, reason=WHY, by=fay, at=late)

    assert mid_rate("EUR", "USD", at=late).source == "house"
    given_by_the_bank(late)
    assert mid_rate("EUR", "USD", at=late).source == "ecb"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"currency": "EUR"}, "no currency that needs a rate"),
        ({"currency": "AUD"}, "no currency that needs a rate"),
        ({"per_euro": Decimal(0)}, "is no rate"),
        ({"per_euro": Decimal("NaN")}, "is no rate"),
        ({"per_euro": Decimal("0.33411111111")}, "is no rate"),
        ({"reason": " "}, "where it is from"),
        ({"stands_for": 8 * DAY}, "7 days at most"),
        ({"stands_for": 0 * DAY}, "7 days at most"),
    ],
)
def test_what_is_no_rate_is_refused(finn: User, facts: dict[str, Any], said: str) -> None:
    usual = {"currency": "KWD", "per_euro": Decimal("0.3341"), "reason": WHY, "by": finn}
    with pytest.raises(NotAllowed, match=said):
        house_rates.enter(**{**usual, **facts, "at": NOON})
    assert not HouseRate.objects.exists()


def test_only_finance_says_what_a_currency_is_worth(finn: User, bob: User) -> None:
    with pytest.raises(NotYours):
        entered(bob)
    rate = entered(finn)
    for decide in (house_rates.confirm, house_rates.decline, house_rates.end):
        with pytest.raises(NotYours):
            decide(rate.pk, reason=WHY, by=bob, at=NOON)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_houserate SET per_euro = 1", "is final"),
        ("UPDATE payments_houserate SET valid_until = valid_until + '1 day'", "is final"),
        ("UPDATE payments_houserate SET is_confirmed = false", "is final"),
        ("DELETE FROM payments_houserate", "is final"),
        ("INSERT {} '', now() + '1 day', decided_by_id", "where_it_is_from"),
        ("INSERT {} 'x', now() + '8 days', decided_by_id", "ends_within_a_week"),
        ("INSERT {} 'x', now() + '1 day', entered_by_id", "another_person_confirms"),
    ],
)
def test_rows_that_cannot_be(finn: User, fay: User, statement: str, name: str) -> None:
    standing(finn, fay)
    columns = (
        "INTO payments_houserate (ref, currency, per_euro, valid_from, entered_by_id, entered_at,"
        " decided_at, is_confirmed, reason, valid_until, decided_by_id) SELECT 'AAAA', currency,"
        " per_euro, now(), entered_by_id, entered_at, now(), true,"
    )
    sql = statement.format(columns)
    if sql.startswith("INSERT"):
        sql += " FROM payments_houserate"
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

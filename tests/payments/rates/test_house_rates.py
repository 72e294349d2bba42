"""What the provider of rates lacks is taken from a table of our own: two enter it, and it ends."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.desk_queue import open_work
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from payments import tasks
from payments.models import HouseRate
from payments.queries.charged_in import charged_in
from payments.queries.mid_rate import mid_rate
from payments.queries.paid_in import why_only_in
from payments.rates.base import Rate
from payments.services import converting, exchange_rates, house_rates
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON
from tests.invoices._race import rounds
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk, chosen
from tests.signing_in import session_of

WHY = "Central Bank of Kuwait, 2 March 2026"
LIST = "admin:payments_houserate_changelist"
ECB = "European Central Bank"
OURS = "our own table"


@pytest.fixture(autouse=True)
def _ecb(settings: Any, db: None) -> None:
    """As in production: the bank has dollars and yen, and no dinar."""
    settings.EXCHANGE_RATES = "ecb"
    given_by_the_bank(NOON - DAY)


@pytest.fixture
def fay(db: None) -> User:
    return UserFactory.create(name="Fay", email="fay@example.org", is_staff=True, roles=["finance"])


def given_by_the_bank(at: Any) -> None:
    found = [Rate("USD", Decimal("1.0870"), at.date()), Rate("JPY", Decimal("161.25"), at.date())]
    exchange_rates.keep("ecb", found, at=at)


def entered(finn: User, worth: str = "0.3341", *, at: Any = NOON, **facts: Any) -> HouseRate:
    return house_rates.enter("KWD", Decimal(worth), reason=WHY, by=finn, at=at, **facts)


def standing(finn: User, fay: User, worth: str = "0.3341", *, at: Any = NOON) -> HouseRate:
    return house_rates.confirm(entered(finn, worth, at=at).pk, reason=WHY, by=fay, at=at)


@pytest.fixture
def _stands(finn: User, fay: User) -> None:
    standing(finn, fay)


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


def test_finance_is_told_once_before_it_ends_unless_another_takes_over(
    finn: User, fay: User
) -> None:
    standing(finn, fay)
    ends = NOON + 7 * DAY

    def told() -> int:
        return Notice.objects.filter(text__contains="ends on 9 March").count()

    tasks.fetch_rates(at=ends - 2 * DAY)
    assert told() == 0
    for _ in range(2):
        tasks.fetch_rates(at=ends - DAY)
    assert told() == 2  # both of them
    assert waiting(finn, "end with none", at=ends - DAY) == 1
    standing(fay, finn, at=ends - DAY)
    assert waiting(finn, "end with none", at=ends - DAY) == 0


def waiting(user: User, words: str, *, at: Any = NOON) -> int:
    fresh = User.objects.get(pk=user.pk)
    return next(each.count for each in open_work(fresh, at=at) if words in each.words)


def test_it_is_entered_by_a_command_and_confirmed_at_the_desk(
    finn: User, fay: User, capsys: Any
) -> None:
    with clock.pinned(NOON):
        call_command("rate", "kwd", "0.3341", WHY, "--by", finn.email, "--days", "3")
        assert "0.3341 KWD a euro, until 2026-03-05 12:00 UTC" in capsys.readouterr().out
        assert (waiting(finn, "second person"), waiting(fay, "second person")) == (0, 0)
        rates = "Exchange rates, by a second person"
        assert (waiting(finn, rates), waiting(fay, rates)) == (0, 1)

        desk, rate = ProvenDesk(fay), HouseRate.objects.get()
        page = text_of(desk.get(reverse(LIST)))
        assert "waits for a second person" in page
        assert "the first" in page
        sent = chosen("confirm", rate, reason="I read the same there.")
        assert "Convert at these rates: 0.3341" in text_of(desk.proven_post(reverse(LIST), sent))
        assert "stands" in text_of(desk.get(reverse(LIST)))
        assert mid_rate("EUR", "KWD", at=NOON).rate == Decimal("0.3341")
    deeds = AuditEvent.objects.filter(deed__startswith="rate.").order_by("pk")
    assert list(deeds.values_list("deed", flat=True)) == ["rate.entered", "rate.confirmed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["KWD", "a third", WHY, "--by", "finn@example.org"], "is no rate"),
        (["KWD", "0.3341", WHY, "--by", "nobody@example.org"], "Nobody signs in"),
        (["KWD", "0.3341", "", "--by", "finn@example.org"], "where it is from"),
        (["KWD", "0.3341", WHY, "--by", "finn@example.org", "--days", "30"], "7 days at most"),
    ],
)
@pytest.mark.usefixtures("finn")
def test_the_command_refuses_in_words(arguments: list[str], said: str) -> None:
    with clock.pinned(NOON), pytest.raises(CommandError, match=said):
        call_command("rate", *arguments)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_decide_one_is_obeyed(finn: User, fay: User) -> None:
    rate = entered(finn)
    deeds = [
        partial(decide, rate.pk, reason=WHY, by=fay, at=NOON)
        for decide in (house_rates.confirm, house_rates.decline)
    ]
    for said in rounds(deeds * 8):
        assert said == ["WrongState"] * 15 + ["done"]
        assert HouseRate.objects.filter(decided_by=fay).count() == 1
        assert AuditEvent.objects.filter(deed__in=["rate.confirmed", "rate.declined"]).count() == 1

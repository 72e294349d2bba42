"""A rate of our own is entered by a command, confirmed at the desk by another, and ends in time."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from billing_site.desk_queue import open_work
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from payments import tasks
from payments.models import HouseRate
from payments.queries.mid_rate import mid_rate
from payments.services import house_rates
from tests.given_payments import DAY, NOON
from tests.invoices._race import rounds
from tests.payments.rates.given_house_rates import LIST, WHY, entered, standing
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk, chosen

pytestmark = pytest.mark.usefixtures("_ecb")


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

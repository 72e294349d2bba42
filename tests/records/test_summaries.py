"""The weekly summary: real mail, with the figures of the pages, once a week, unless declined."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from records.models import Round
from records.queries.summary import summary
from records.services import rounds, summaries
from tests import given
from tests.given import EUR, NOON, days
from tests.records.sums import balance_of, every_row
from tests.signing_in import session_of

MONDAY = NOON.date()  # of the week in which all of it happens
NEXT = NOON + days(7) + timedelta(minutes=30)
AUSTRIA = {"country": "AT"}


@pytest.fixture
def week(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    contract = given.hourly_contract(client=alice, freelancer=bob, at=NOON)
    given.worked(contract, by=bob, start=NOON + timedelta(hours=1), minutes=95)
    given.jobs_done(at=NOON)
    mail.outbox.clear()


def gone_round(at: object = NEXT) -> list[mail.EmailMessage]:
    """Mail that a Monday's round brings."""
    before = len(mail.outbox)
    with clock.pinned(NEXT if at is NEXT else at):  # type: ignore[arg-type]
        rounds.go_due(at=clock.now())
        given.jobs_done(at=clock.now())
    return [each for each in mail.outbox[before:] if "the week from" in each.subject]


@pytest.mark.usefixtures("week")
def test_who_keeps_the_books_gets_the_figures_of_the_pages(alice: User, bob: User) -> None:
    for role in ("finance", "accountant", "approver"):
        given.member(alice, role, role=role)
    sent = gone_round()

    to = {message.to[0].split("<")[1].rstrip(">") for message in sent}
    ours = ("alice", "finance", "accountant", "bob")
    assert to == {f"{name}@example.org" for name in ours}
    [letter] = [each for each in sent if "alice@" in each.to[0]]
    org = given.organization(alice)
    rows = every_row(org)
    told = summary(org, MONDAY)
    [sums] = [each.sums for each in told.currencies]
    assert sums.closing == balance_of(org, "EUR")
    for name in ("net", "fee", "tax", "gross"):
        listed = sum((getattr(row, name) for row in rows if row.kind != "make_available"), EUR("0"))
        assert sum((getattr(kind, name) for kind in sums.kinds), EUR("0")) == listed
    with clock.pinned(NEXT):
        page = session_of(alice).get(reverse("summary"), {"week": MONDAY.isoformat()})
    for kind in sums.kinds:
        for money in (kind.fee, kind.tax, kind.gross):
            assert show(money) in letter.body or not money
            assert f"{abs(money.amount):,.2f}" in page.content.decode()
    assert "1:35 h" in letter.body
    assert "VAT of €4.00" in letter.body
    assert "?week=2026-03-02" in letter.body


@pytest.mark.usefixtures("week")
def test_it_comes_once_and_makes_up_for_what_was_missed(alice: User) -> None:
    assert gone_round(NEXT - timedelta(minutes=1)) == []
    assert len(gone_round()) == 2
    assert gone_round() == []
    given.funded_milestone(client=alice, freelancer=_bob(), price=EUR("10.00"), at=NEXT)

    sent = gone_round(NEXT + days(60))  # nothing ran for weeks
    assert sent == []  # in the last four of them nothing happened
    weeks = Round.objects.filter(what="week").exclude(finished_at=None).count()
    assert weeks == 1 + 1 + rounds.LONGEST[Round.What.WEEK]
    assert len({letter.key for letter in Letter.objects.all()}) == Letter.objects.count()


@pytest.mark.usefixtures("week")
def test_a_stopped_round_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AT_ONCE", 1)
    round_ = Round.objects.create(what="week", period_on=MONDAY, begun_at=NEXT)
    first = Organization.objects.order_by("pk").first()
    assert first
    Round.objects.filter(pk=round_.pk).update(reached=first.pk)

    assert len(gone_round()) == 1
    round_.refresh_from_db()
    assert round_.finished_at == NEXT


@pytest.mark.usefixtures("week")
def test_who_declines_gets_none_and_may_ask_again(alice: User, bob: User) -> None:
    client, address = session_of(alice), reverse("summary")
    assert "Stop sending it" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    client.post(address, {"wanted": "no"})
    assert [message.to for message in gone_round()] == [["Bob <bob@example.org>"]]
    client.post(address, {"wanted": "yes"})
    assert "Stop sending it" in client.get(address).content.decode()


@pytest.mark.usefixtures("week")
def test_a_quiet_week_says_nothing_and_a_page_of_it_says_so(alice: User) -> None:
    page = session_of(alice).get(reverse("summary"), {"week": "2025-01-06"}).content.decode()
    assert "Nothing happened" in page
    assert summaries.send(given.organization(alice).pk, date(2025, 1, 6), at=NEXT)


def _bob() -> User:
    return User.objects.get(email="bob@example.org")

"""A freelancer asks for more an hour: agreed, declined, taken back, or over in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.hours import rate_at
from invoices.models import Contract, RateProposal
from invoices.queries.deadlines import next_due
from invoices.services import ending, hourly_terms, rate_proposals
from tests import given
from tests.given import EUR, days
from tests.invoices._race import race
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


@pytest.fixture
def proposal(contract: Contract, bob: User) -> RateProposal:
    words = "Two years have passed."
    return rate_proposals.propose(contract.pk, EUR("65.00"), reason=words, by=bob, at=THURSDAY)


def rates(contract: Contract) -> list[tuple[str, datetime]]:
    found = contract.rates.order_by("effective_from")
    return [(str(it.rate.amount.quantize(1)), it.effective_from) for it in found][1:]


def state() -> str:
    return str(RateProposal.objects.get().state)


def test_agreed_it_counts_from_the_monday_after(proposal: RateProposal, alice: User) -> None:
    rate_proposals.accept(proposal.pk, by=alice, at=THURSDAY)
    with pytest.raises(WrongState, match="was faster"):
        rate_proposals.accept(proposal.pk, by=alice, at=THURSDAY)

    assert state() == "accepted"
    assert rates(proposal.contract) == [("65", MONDAY)]
    versions = list(proposal.contract.rates.all())
    assert rate_at(versions, THURSDAY).rate == EUR("50.00")
    letters = Letter.objects.filter(key__startswith="rateproposal/").order_by("pk")
    assert [(it.email, it.subject) for it in letters] == [
        ("alice@example.org", "Bob & Co asks for €65.00 an hour, answer by 19 March 2026"),
        ("bob@example.org", "Alice & Co agrees to €65.00 an hour"),
    ]


def test_declined_taken_back_or_in_silence_it_costs_what_it_did(
    contract: Contract, alice: User, bob: User
) -> None:
    def again(at: datetime) -> RateProposal:
        return rate_proposals.propose(contract.pk, EUR("65.00"), by=bob, at=at)

    rate_proposals.decline(again(THURSDAY).pk, by=alice, at=THURSDAY, reason="Not this year.")
    rate_proposals.withdraw(again(THURSDAY).pk, by=bob, at=THURSDAY)
    silent = again(THURSDAY)
    assert next_due(after=THURSDAY + days(13)) == silent.answer_by
    assert rate_proposals.expire_due(at=THURSDAY + days(13.9)) == []
    late = THURSDAY + days(15)
    with pytest.raises(WrongState, match="Its time was over"):
        rate_proposals.accept(silent.pk, by=alice, at=late)
    assert [it.pk for it in rate_proposals.expire_due(at=late)] == [silent.pk]
    assert rate_proposals.expire_due(at=late) == []

    found = RateProposal.objects.order_by("pk")
    assert [it.state for it in found] == ["declined", "withdrawn", "expired"]
    assert found[2].answered_at == silent.answer_by
    assert rates(contract) == []


def test_who_may_ask_for_what(contract: Contract, alice: User, bob: User, charlie: User) -> None:
    propose = partial(rate_proposals.propose, contract.pk, at=THURSDAY)
    with pytest.raises(NotYours, match="It is for Bob & Co to ask"):
        propose(EUR("65.00"), by=alice)
    with pytest.raises(NotAllowed, match="For less you need to ask nobody"):
        propose(EUR("50.00"), by=bob)
    with pytest.raises(NotAllowed, match="between"):
        propose(EUR("10001.00"), by=bob)
    proposal = propose(EUR("65.00"), by=bob)
    with pytest.raises(NotAllowed, match=r"You asked for €65.00 already"):
        propose(EUR("70.00"), by=bob)
    for somebody in (bob, charlie):
        with pytest.raises(NotYours):
            rate_proposals.accept(proposal.pk, by=somebody, at=THURSDAY)
    assert rates(contract) == []


def test_the_end_of_the_contract_ends_it(proposal: RateProposal, alice: User) -> None:
    ending.end(proposal.contract_id, by=alice, at=THURSDAY)
    assert state() == "expired"


def test_a_raise_ends_what_asks_for_no_more(proposal: RateProposal, alice: User) -> None:
    change = partial(hourly_terms.change_rate, proposal.contract_id, by=alice)
    change(EUR("60.00"), at=THURSDAY)
    assert state() == "proposed"
    change(EUR("65.00"), at=THURSDAY + days(0.1))
    assert state() == "expired"


def test_many_answers_at_once_are_one(
    transactional_db: None, proposal: RateProposal, alice: User
) -> None:
    accept = partial(rate_proposals.accept, proposal.pk, by=alice, at=THURSDAY)
    decline = partial(rate_proposals.decline, proposal.pk, by=alice, at=THURSDAY)

    assert race([accept, decline] * 8) == ["WrongState"] * 15 + ["done"]

    assert len(rates(proposal.contract)) == (state() == "accepted")


def test_many_proposals_at_once_are_one(
    transactional_db: None, contract: Contract, bob: User
) -> None:
    ask = partial(rate_proposals.propose, contract.pk, EUR("65.00"), by=bob, at=THURSDAY)
    assert race([ask] * 16) == ["NotAllowed"] * 15 + ["done"]
    assert Letter.objects.filter(key__startswith="rateproposal/").count() == 1


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("rate = 60", "proposal_asks_what_it_asked|does not change"),
        ("was = 1", "does not change"),
        ("state = 'accepted'", "an_answered_proposal_says_since_when"),
        ("answered_at = now()", "an_answered_proposal_says_since_when"),
    ],
)
def test_a_proposal_stays_as_it_was_said(proposal: RateProposal, change: str, law: str) -> None:
    with (
        pytest.raises(DatabaseError, match=law),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE invoices_rateproposal SET {change}")


@pytest.mark.parametrize(
    ("facts", "law"),
    [
        ({"rate": EUR("50.00")}, "a_proposal_asks_for_more"),
        ({"answer_by": THURSDAY}, "a_proposal_has_a_deadline"),
        ({}, "one_proposal_waits_at_a_time"),
    ],
)
def test_what_no_proposal_can_be(
    proposal: RateProposal, facts: dict[str, object], law: str
) -> None:
    usual = {"rate": EUR("65.00"), "was": EUR("50.00"), "answer_by": proposal.answer_by}
    with pytest.raises(IntegrityError, match=law), transaction.atomic():
        RateProposal.objects.create(
            contract=proposal.contract,
            currency="EUR",
            proposed_by=proposal.proposed_by,
            proposed_at=THURSDAY,
            **usual | facts,
        )


def test_asked_and_agreed_by_the_pages(contract: Contract, alice: User, bob: User) -> None:
    client, freelancer = session_of(alice), session_of(bob)
    with clock.pinned(THURSDAY):
        url = reverse("contract-rate-proposal", args=[contract.ref])
        form = freelancer.get(url).context["form"]
        seen = {name: form[name].value() for name in ["op_id", *form.seen]}
        assert freelancer.post(url, {**seen, "rate": "40"}).status_code == 422
        sent = {**seen, "rate": "65", "reason": "Two years."}
        for _ in range(2):
            assert freelancer.post(url, sent).status_code == 302  # the same press

        proposal = RateProposal.objects.get()
        address = proposal.get_absolute_url()
        for page in (reverse("home"), contract.get_absolute_url(), address):
            assert "€65.00" in client.get(page).content.decode(), page
        shown = client.get(address)
        for said in ("Two years.", "€1,300.00", "€300.00", "9 Mar 2026"):
            assert said in shown.content.decode(), said
        form = shown.context["form"]
        seen = {name: form[name].value() for name in ["op_id", *form.seen]}
        acceptance = reverse("rate-proposal-acceptance", args=[proposal.ref])
        assert client.post(acceptance, {**seen, "seen_rate": "€60.00"}).status_code == 422
        assert client.post(acceptance, seen).status_code == 302
        assert client.post(acceptance, seen).status_code in (302, 422)
        story = client.get(contract.get_absolute_url()).content.decode()
        assert "agreed to €65.00 an hour" in story
    assert rates(contract) == [("65", MONDAY)]


def test_declined_and_taken_back_by_the_pages(
    proposal: RateProposal, alice: User, bob: User
) -> None:
    with clock.pinned(THURSDAY):
        client, freelancer = session_of(alice), session_of(bob)
        url = reverse("rate-proposal-refusal", args=[proposal.ref])
        form = client.get(url).context["form"]
        sent = {"op_id": form["op_id"].value(), "reason": "Not this year."}
        assert client.post(url, sent).status_code == 302
        withdrawal = reverse("rate-proposal-withdrawal", args=[proposal.ref])
        assert freelancer.post(withdrawal, follow=True).status_code == 200
        assert "Not this year." in freelancer.get(proposal.get_absolute_url()).content.decode()
    assert state() == "declined"

"""Shares of an external arbiter: held, spent with the award or returned, and shifted once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.platform import clock
from billing_site.platform.models import Letter
from disputes.forms.arbitration import AwardForm
from disputes.models import ArbitrationShare, Decision, Mandate, Side
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, arbitration, awarding, deadlines, hearing, negotiating
from disputes.services import shares as costs
from disputes.services.awarding import Award
from invoices.services.invoicing import Upload
from ledger import chart
from ledger.models import Entry
from ledger.queries.balances import balance
from ledger.services.posting import post
from tests import given
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.disputes.test_case_pages import consent, text_of
from tests.disputes.test_hearing import proposed
from tests.given import EUR, days
from tests.given_disputes import WHY, Case
from tests.given_world import books
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.ledger.books import move
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
EXTERNAL = ArbitrationShare.Bench.EXTERNAL
NEXT = REFUSED + days(1)
SIGNED = Upload("award.pdf", b"%PDF-1.7 award %%EOF", "application/pdf")
STORY = """\
2026-03-05  Share of an arbitration held
  freelancer:bob:available                     50.00 EUR
      arbitration:case                                       50.00 EUR

2026-03-06  Share of an arbitration held
  client:alice:credit                          50.00 EUR
      arbitration:case                                       50.00 EUR

2026-03-07  Escrow released
  escrow:logo                                 650.00 EUR
  deferred:client_fee:logo                     32.50 EUR
      freelancer:bob:pending                                585.00 EUR
      income:freelancer_fee                                  65.00 EUR
      income:client_fee                                      32.50 EUR

2026-03-07  Escrow refunded
  escrow:logo                                 350.00 EUR
  deferred:client_fee:logo                     17.50 EUR
      refund:back                                           367.50 EUR

2026-03-07  Arbiter paid
  arbitration:case                            100.00 EUR
      bank:operating                                        100.00 EUR

2026-03-07  Costs of an arbitration shifted
  client:alice:credit                          30.00 EUR
      freelancer:bob:available                               30.00 EUR"""


def with_money(case: Case, *, credit: int = 8000, available: int = 8000) -> Case:
    alice, bob = given.organization(case.alice).pk, given.organization(case.bob).pk
    if credit:
        post(move("alice", chart.provider_balance(), chart.client_credit(alice), credit))
    if available:
        post(move("bob", chart.provider_balance(), chart.available(bob), available))
    return case


def external(**money: int) -> Case:
    """Both sides put 50 down for an external arbiter of 1,000."""
    case = with_money(unresolved(), **money)
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.alice, at=NEXT)
    return case


def awarded(case: Case, *, costs_on: Side | None = None) -> Case:
    at, figure = REFUSED + days(2), EUR("650.00")
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    paper = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at)
    award(case, Award(paper.sha256, costs_on), figure)
    return case


def award(case: Case, said: Award, figure: Money) -> Decision:
    at = REFUSED + days(2)
    return awarding.award(
        case.dispute.pk,
        said,
        figure=figure,
        reasons=WHY,
        plan_hash=settlement_preview(case.now(), figure, at=at).hash,
        by=case.max,
        at=at,
    )


def held(case: Case) -> Money:
    return balance(f"arbitration:{case.dispute.ref}", "EUR")


def money_of(case: Case) -> tuple[Money, Money]:
    alice, bob = given.organization(case.alice).pk, given.organization(case.bob).pk
    credit = balance(f"client:{alice}:credit", "EUR")
    return credit, balance(f"freelancer:{bob}:available", "EUR")


def test_an_award_pays_the_arbiter_and_shifts_the_costs_once() -> None:
    case = awarded(external(), costs_on=Side.CLIENT)
    at = REFUSED + days(2)
    given.jobs_done(at=at)
    for share in ArbitrationShare.objects.all():  # a job may run twice
        costs.settle(share.pk, at=at)

    assert {it.outcome for it in ArbitrationShare.objects.all()} == {"spent"}
    decision = Decision.objects.get()
    assert decision.document
    assert decision.document.sha256 == case.dispute.award_documents.get().sha256
    told = books(
        alice=given.organization(case.alice),
        bob=given.organization(case.bob),
        case=case.dispute,
        logo=case.dispute.escrow,
        back=case.dispute.escrow.refunds.get(),
    )
    assert told.endswith(STORY), told
    letters = Letter.objects.filter(subject__endswith="cost: €30.00 was passed on")
    assert {letter.key.split("/")[3] for letter in letters} == {"client", "freelancer", "staff"}
    for letter in letters:
        said = " ".join(letter.text.split())
        assert "€30.00 of the €50.00" in said
        assert "€20.00 was not" in said
    assert_every_law_holds()


@pytest.mark.parametrize("how", ["settled", "discontinued", "panel", "defaulted"])
def test_a_share_that_no_arbiter_earned_comes_back(how: str) -> None:
    case = with_money(unresolved())
    pk = case.dispute.pk
    arbitration.choose(pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    assert held(case) == EUR("50.00")
    if how == "panel":
        arbitration.choose(pk, by=case.alice, at=NEXT)
    elif how == "defaulted":
        deadlines.follow(at=REFUSED + days(8))
    else:
        arbitration.choose(pk, bench=EXTERNAL, by=case.alice, at=NEXT)
        assert held(case) == EUR("100.00")
    if how == "settled":
        negotiating.accept(_standing(case), by=case.alice, at=NEXT)
    elif how == "discontinued":
        hearing.take_on(pk, by=case.max, at=NEXT)
        arbitration.discontinue(pk, reason=WHY, by=case.max, at=NEXT)
    given.jobs_done(at=REFUSED + days(8))

    assert held(case) == EUR("0.00")
    back = ArbitrationShare.objects.exclude(outcome="")
    assert {it.outcome for it in back} == {"returned"}
    assert money_of(case) == (EUR("80.00"), EUR("80.00"))
    assert_every_law_holds()


def test_a_loser_without_money_bears_no_share_of_the_other() -> None:
    case = external(credit=5000)
    at = REFUSED + days(2)
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    form = AwardForm(None, seen={}, dispute=case.now(), is_external=True)
    assert "Now that is Alice & Co €0.00, Bob & Co €30.00." in form.fields["costs_on"].help_text
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    paper = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at)
    award(case, Award(paper.sha256, Side.CLIENT), EUR("650.00"))
    given.jobs_done(at=at)
    assert not Entry.objects.filter(kind="shift_costs").exists()
    assert money_of(case) == (EUR("0.00"), EUR("30.00"))
    assert Letter.objects.filter(subject__endswith="cost: €0.00 was passed on").count() == 3
    assert_every_law_holds()


def test_a_share_comes_back_after_the_award_of_our_panel() -> None:
    case = with_money(unresolved())
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, by=case.alice, at=NEXT)
    awarded(case)  # and the job that returns it was late
    assert held(case) == EUR("50.00")
    given.jobs_done(at=REFUSED + days(2))
    assert {it.outcome for it in ArbitrationShare.objects.exclude(amount=0)} == {"returned"}
    assert held(case) == EUR("0.00")
    assert money_of(case)[1] == EUR("80.00")
    assert not Entry.objects.filter(kind="spend_arbitration_shares").exists()
    assert_every_law_holds()


def _standing(case: Case) -> int:
    negotiating.offer(case.dispute.pk, figure=EUR("500.00"), by=case.bob, at=NEXT)
    return case.dispute.offers.standing().get(side="freelancer").pk


def test_nobody_has_to_pay_to_be_heard() -> None:
    case = unresolved()
    with pytest.raises(NotAllowed, match="Our own panel decides as well, and costs nothing"):
        arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    approver = given.member(case.bob, "eve", role="approver")
    with pytest.raises(NotYours, match="put down"):
        arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=approver, at=REFUSED)
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, by=case.alice, at=NEXT)
    assert case.now().state == "in_arbitration"
    assert not Entry.objects.filter(kind="hold_arbitration_share").exists()


def test_an_award_is_over_the_very_document_that_was_looked_at() -> None:
    case = external()
    at = REFUSED + days(2)
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    with pytest.raises(NotAllowed, match="Upload the award"):
        award(case, Award(), EUR("1.00"))
    for hostile in (
        Upload("award.pdf", b"<script>alert(1)</script>", "application/pdf"),
        Upload("award.svg", b"<svg onload=alert(1)>", "image/svg+xml"),
        Upload("award.pdf", b"", "application/pdf"),
    ):
        with pytest.raises(NotAllowed):
            awarding.upload(case.dispute.pk, hostile, by=case.max, at=at)
    seen = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at).sha256
    other = Upload("award.pdf", b"%PDF-1.7 another %%EOF", "application/pdf")
    awarding.upload(case.dispute.pk, other, by=case.max, at=at)
    with pytest.raises(NotAllowed, match="look at it first"):
        award(case, Award(seen), EUR("1.00"))
    with pytest.raises(NotYours):
        awarding.upload(case.dispute.pk, SIGNED, by=case.mia, at=at)
    assert case.now().state == "in_arbitration"


def test_the_database_keeps_shares_and_awards() -> None:
    awarded(external())
    given.jobs_done(at=REFUSED + days(2))
    allowed = []
    for statement in (
        "UPDATE disputes_arbitrationshare SET amount = 1",
        "UPDATE disputes_arbitrationshare SET outcome = 'returned'",
        "DELETE FROM disputes_arbitrationshare",
        "UPDATE disputes_awarddocument SET sha256 = repeat('a', 64)",
        "DELETE FROM disputes_awarddocument",
        "UPDATE disputes_decision SET costs_on = 'client'",
        """INSERT INTO disputes_arbitrationshare
           (dispute_id, side, bench, currency, amount, by_id, at, outcome)
           SELECT dispute_id, 'client', 'panel', 'EUR', 1, by_id, at, ''
           FROM disputes_arbitrationshare WHERE side = 'client'""",
        "UPDATE disputes_arbitrationshare SET settled_at = NULL",
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        allowed.append(statement)
    assert allowed == []


def test_its_page_says_what_it_costs_before() -> None:
    case = proposed("500.00")
    with clock.pinned(REFUSED):
        answering.answer_proposal(case.dispute.pk, accepts=False, by=case.alice, at=REFUSED)
        with_money(case, credit=0)
        assert "Choose arbitration" in text_of(case.bob, case.dispute.get_absolute_url())
        url = reverse("dispute-arbitration", args=[case.dispute.ref])
        read = text_of(case.bob, url)
        assert "An external arbiter. €50.00 of yours is held now." in read
        assert "If only you do, the money goes to you." in read
        assert "Our own panel. It costs nothing." in text_of(case.alice, url)
        assert consent(case.bob, url, bench="external").status_code == 422  # not accepted
        assert consent(case.bob, url, bench="external", accepts="on").status_code == 302
        refused = consent(case.alice, url, bench="external", accepts="on")
        assert refused.status_code == 422
        assert "your credit is €0.00" in refused.content.decode()
        assert consent(case.alice, url, bench="panel", accepts="on").status_code == 302
    assert case.now().state == "in_arbitration"
    assert session_of(given.person("zoe")).get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_sixteen_settle_the_shares_once() -> None:
    case = awarded(external(), costs_on=Side.FREELANCER)
    pks, at = list(ArbitrationShare.objects.values_list("pk", flat=True)), REFUSED + days(2)
    race([*[lambda: costs.settle(pks[0], at=at)] * 8, *[lambda: costs.settle(pks[1], at=at)] * 8])
    for kind in ("spend_arbitration_shares", "shift_costs"):
        assert Entry.objects.filter(kind=kind).count() == 1
    assert held(case) == EUR("0.00")
    assert money_of(case) == (EUR("60.00"), EUR("0.00"))  # Bob had 30 of the 50 left
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_sixteen_put_one_share_down() -> None:
    case = with_money(unresolved())
    ended = race(
        [lambda: arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)] * 16
    )
    assert ended.count("done") == 1
    assert Entry.objects.filter(kind="hold_arbitration_share").count() == 1
    assert money_of(case)[1] == EUR("30.00")

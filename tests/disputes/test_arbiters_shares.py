"""The shares that are put down for an arbiter: once, looked at, and kept by the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.platform import clock
from disputes.models import ArbitrationShare, Side
from disputes.services import answering, arbitration, awarding, hearing
from disputes.services import shares as costs
from disputes.services.awarding import Award
from invoices.services.invoicing import Upload
from ledger.models import Entry
from tests import given
from tests.disputes.arbitrated import (
    EXTERNAL,
    NEXT,
    SIGNED,
    award,
    awarded,
    external,
    held,
    money_of,
    with_money,
)
from tests.disputes.heard import proposed
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.disputes.test_case_pages import consent, text_of
from tests.given import EUR, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


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

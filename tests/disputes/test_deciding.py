"""What a mediator decides, who has to confirm it, and who appeals."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from disputes.models import Mandate
from disputes.services import caps, deadlines, deciding, hearing, talking
from payments.models import Escrow
from tests.disputes.heard import SHOWN, decide, decided, heard
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, opened
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_a_larger_claim_is_not_a_mediators_to_decide() -> None:
    case = heard()
    with pytest.raises(NotAllowed, match="Propose a division"):
        decide(case, "300.00", at=NOON + days(2))


def test_a_small_claim_is_decided_and_stands_when_nobody_appeals() -> None:
    case = decided()
    assert (case.now().state, case.now().split_at) == ("decided", None)
    assert Escrow.objects.get().state == "held"
    deadlines.follow(at=NOON + days(30))
    assert (case.now().state, case.now().closed_at) == ("final", NOON + days(7))
    assert Escrow.objects.get().released == EUR("100.00")
    with pytest.raises(WrongState):
        deciding.appeal(case.dispute.pk, reason=WHY, by=case.bob, at=NOON + days(30))
    assert_every_law_holds()


def test_an_appeal_is_decided_once_by_somebody_else() -> None:
    case = decided()
    with pytest.raises(NotYours):
        deciding.appeal(case.dispute.pk, reason=WHY, by=case.mia, at=NOON + days(3))
    deciding.appeal(case.dispute.pk, reason=WHY, by=case.bob, at=NOON + days(3))
    with pytest.raises(NotYours, match="somebody else"):
        hearing.take_on(case.dispute.pk, by=case.mia, at=NOON + days(3))
    hearing.take_on(case.dispute.pk, by=case.max, at=NOON + days(3))
    decide(case, "150.00", at=NOON + days(4), by=case.max)
    assert (case.now().state, case.now().figure) == ("final", EUR("150.00"))
    assert Escrow.objects.get().released == EUR("150.00")
    with pytest.raises(WrongState):
        decide(case, "150.00", at=NOON + days(4), by=case.max)


@pytest.mark.parametrize(("currency", "cap"), [("EUR", 1_000), ("JPY", 100_000), ("KWD", 300)])
def test_without_a_mandate_the_cap_is_about_as_much_in_each_currency(
    alice: User, currency: str, cap: int
) -> None:
    assert caps.cap_of(alice, currency) == cap


def test_above_a_cap_a_second_person_confirms() -> None:
    case = heard(price=EUR("200.00"), figure="0.00")
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("50.00"))
    decision = decide(case, "100.00", at=NOON + days(2))
    assert (decision.in_force_at, case.now().state) == (None, "in_mediation")
    with pytest.raises(NotYours):
        deciding.confirm(decision.pk, by=case.mia, at=NOON + days(2))
    with pytest.raises(NotYours):
        deciding.confirm(decision.pk, by=case.bob, at=NOON + days(2))
    deciding.confirm(decision.pk, by=case.max, at=NOON + days(2))
    assert case.now().state == "decided"
    with pytest.raises(WrongState):
        deciding.confirm(decision.pk, by=case.max, at=NOON + days(2))


def test_a_second_person_may_send_it_back() -> None:
    case = heard(price=EUR("200.00"), figure="0.00")
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("0.00"))
    first = decide(case, "100.00", at=NOON + days(2))
    deciding.send_back(first.pk, reason=WHY, by=case.max, at=NOON + days(2))
    again = decide(case, "90.00", at=NOON + days(2))
    deciding.confirm(again.pk, by=case.max, at=NOON + days(2))
    assert case.now().figure == EUR("90.00")


def test_our_own_silence_decides_nothing() -> None:
    case = opened()
    deadlines.follow(at=NOON + days(60))
    assert case.now().state == "in_mediation"
    assert case.now().overdue_at == case.now().act_by
    assert Letter.objects.filter(subject__startswith="We are late").count() == 2
    assert deadlines.follow(at=NOON + days(61)) == []


def test_evidence_is_kept_until_the_decision() -> None:
    case = heard(price=EUR("200.00"), figure="0.00")
    shown = talking.show(
        case.dispute.pk, upload=SHOWN, description="The brief", by=case.bob, at=NOON + days(2)
    )
    assert shown.sha256 == shown.file.sha256
    with pytest.raises(NotYours):
        talking.show(case.dispute.pk, upload=SHOWN, description="x", by=case.mia, at=NOON)
    decide(case, "100.00", at=NOON + days(2))
    with pytest.raises(WrongState, match="before that"):
        talking.show(case.dispute.pk, upload=SHOWN, description="x", by=case.bob, at=NOON)

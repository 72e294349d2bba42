"""A case is withdrawn once after a proposal, and not at all once a side chose arbitration."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import WrongState
from billing_site.platform import clock
from disputes.queries.case_page import case_page
from disputes.services import arbitration, hearing, negotiating
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from invoices.queries.viewer import viewer_of
from payments.models import Freeze
from tests.disputes.heard import proposed
from tests.disputes.test_arbitration import REFUSED, in_arbitration, unresolved
from tests.disputes.test_case_pages import text_of
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, claim
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
AT = NOON + days(3)


def may_withdraw(case: Case) -> bool:
    viewer = viewer_of(case.alice.memberships.get(), case.dispute.contract)
    page = case_page(case.now(), viewer, at=AT)
    return "Withdraw the dispute" in [step.words for step in page.steps]


def test_who_withdraws_after_a_proposal_does_not_open_it_again() -> None:
    case = proposed()
    with clock.pinned(AT):
        url = reverse("dispute-withdrawal", args=[case.dispute.ref])
        assert "you cannot open it again, Bob & Co can" in text_of(case.alice, url)
    negotiating.withdraw(case.dispute.pk, by=case.alice, at=AT)
    escrow = case.dispute.escrow_id
    with pytest.raises(WrongState, match="after a mediator had proposed"):
        open_dispute(escrow, claim(EUR("1.00")), by=case.alice, at=AT)
    assert not Freeze.objects.open().exists()
    assert Invoice.objects.get().state == "submitted"
    with clock.pinned(AT):
        url = f"{reverse('dispute-new')}?invoice={Invoice.objects.get().ref}"
        assert "You withdrew your dispute about it" in text_of(case.alice, url)
        assert "You withdrew your dispute about it" not in text_of(case.bob, url)
    assert open_dispute(escrow, claim(EUR("900.00")), by=case.bob, at=AT).state == "open"
    assert_every_law_holds()


@pytest.mark.parametrize("chosen", ["by one", "by both"])
def test_once_arbitration_was_chosen_it_takes_both_to_end_a_case(chosen: str) -> None:
    case, at = unresolved() if chosen == "by one" else in_arbitration(), REFUSED + days(1)
    if chosen == "by one":
        assert may_withdraw(case)
        arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    assert not may_withdraw(case)
    with pytest.raises(WrongState, match="Bob & Co chose arbitration"):
        negotiating.withdraw(case.dispute.pk, by=case.alice, at=at)
    with pytest.raises(DatabaseError, match='to "withdrawn"'), transaction.atomic():
        connection.cursor().execute(
            "UPDATE disputes_dispute SET state = 'withdrawn', act_by = NULL, closed_at = now()"
            " + interval '20 years'"
        )
    if chosen == "by both":
        hearing.take_on(case.dispute.pk, by=case.max, at=at)
        arbitration.discontinue(case.dispute.pk, reason=WHY, by=case.max, at=at)
        negotiating.withdraw(case.dispute.pk, by=case.alice, at=at)
        assert case.now().state == "withdrawn"

"""Each law of disputes finds the row that somebody corrupted."""

from __future__ import annotations

import pytest

from disputes import invariants
from disputes.services import deadlines
from disputes.services.opening import open_dispute
from tests import given
from tests.corruption import laws_of, silent_laws
from tests.disputes.heard import decided
from tests.given import EUR, NOON, days
from tests.given_disputes import claim
from tests.invoices.books import assert_every_law_holds

CORRUPTED = {
    "disputes.disputed_money_stays": "UPDATE payments_freeze SET ended_at = opened_at",
    "disputes.freezes_have_their_disputes": "UPDATE disputes_dispute SET state = 'void',"
    " act_by = NULL, closed_at = opened_at WHERE state = 'open'",
    "disputes.splits_are_what_left": "UPDATE disputes_dispute"
    " SET split_to_freelancer = split_to_freelancer + 1, split_to_client = split_to_client - 1"
    " WHERE split_at IS NOT NULL",
    "disputes.final_figures_were_decided": "UPDATE disputes_dispute SET figure = figure + 1"
    " WHERE state = 'final'",
    "disputes.shares_are_in_the_books": "INSERT INTO disputes_arbitrationshare"
    " (dispute_id, side, bench, currency, amount, by_id, at, outcome)"
    " SELECT id, 'client', 'external', currency, 1, opened_by_id, opened_at, ''"
    " FROM disputes_dispute LIMIT 1",
    "disputes.disputes_are_their_last_change": "UPDATE disputes_dispute SET state = 'awarded'"
    " WHERE state = 'final'",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_law_names_the_row_that_somebody_corrupted() -> None:
    case = decided()
    deadlines.follow(at=NOON + days(30))
    invoice = given.submitted_invoice(client=case.alice, freelancer=case.bob)
    assert invoice.escrow_id
    open_dispute(invoice.escrow_id, claim(EUR("1.00")), by=case.bob, at=NOON)

    assert silent_laws(CORRUPTED) == []
    assert_every_law_holds()


def test_every_law_is_broken_here() -> None:
    assert laws_of(invariants.__name__) == set(CORRUPTED)

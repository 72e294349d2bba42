"""The file of a case has all of its postings, and answers a bank that asks later."""

from __future__ import annotations

import pytest

from disputes.models import Side
from disputes.queries.case_file import case_file
from tests import given
from tests.disputes.test_what_arbiters_cost import NEXT, awarded, external
from tests.given import days

pytestmark = pytest.mark.django_db


def test_every_posting_has_those_of_the_arbitration() -> None:
    case = awarded(external(), costs_on=Side.CLIENT)
    given.jobs_done(at=NEXT + days(1))
    file = case_file(case.now(), case.bob, is_staff=False, at=NEXT + days(2))
    kinds = [entry.kind for entry in file.entries]
    assert kinds.count("hold_arbitration_share") == 2
    assert {"spend_arbitration_shares", "shift_costs", "release_escrow"} <= set(kinds)
    keys = [entry.key for entry in file.entries]
    assert len(keys) == len(set(keys))

"""The file of a case has all of its postings, and answers a bank that asks later."""

from __future__ import annotations

import pytest

from billing_site.workflows import evidence_files
from disputes.documents import case_file as drawing
from disputes.models import Dispute, Side
from disputes.queries.case_file import case_file
from disputes.services import talking
from tests import given
from tests.disputes.arbitrated import NEXT, awarded, external
from tests.disputes.interlock import Case, Stage
from tests.disputes.test_interlock import World
from tests.given import EUR, days
from tests.payments.given_chargebacks import wanted

pytestmark = pytest.mark.django_db


def test_every_posting_has_those_of_the_arbitration() -> None:
    case = awarded(external(), costs_on=Side.CLIENT)
    given.jobs_done(at=NEXT + days(1), drawings=True)
    file = case_file(case.now(), case.now().messages.all(), made_for="Bob", at=NEXT + days(2))
    keys = [entry.key for entry in file.entries]
    assert [key.rpartition("/")[2] for key in keys].count("held") >= 2
    assert {f"arbitration/{case.dispute.ref}/{end}" for end in ("spent", "shifted")} <= set(keys)
    assert any(key.startswith(f"escrow/{case.dispute.escrow.ref}/released/") for key in keys)
    assert len(keys) == len(set(keys))


def test_a_bank_reads_how_the_two_ended_their_case() -> None:
    """And what one of them told the mediator alone stays here."""
    world = World(Stage.HELD, Case.AGREED)
    dispute = Dispute.objects.get()
    for text, audience in (("For all to read.", "both"), ("Between us.", "client")):
        talking.say(dispute.pk, text=text, audience=audience, by=world.alice, at=world.at())
    bank = wanted(world.charge, at=world.at(), amount=EUR("105.95"))
    told = evidence_files.told_of_their_case
    assert told(bank, world.at()) is None, "It goes on, and proves nothing yet."

    world.agree()

    file = told(bank, world.at())
    assert file
    page = drawing.html_of(file)
    for words in ("For all to read.", "accepted the other side&#x27;s figure", "the client’s bank"):
        assert words in page, words
    assert "Between us." not in page
    papers = {each.shows: each for each in evidence_files.drawn(bank, world.at())}
    paper = papers["uncategorized_file"]
    assert paper.title == f"The case about “{dispute.escrow.title}”, which is over"
    assert paper.content.startswith(b"%PDF-")

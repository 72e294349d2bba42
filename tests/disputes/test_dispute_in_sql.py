"""What the database refuses of disputes, whoever writes the row."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.transitions import SYSTEM, take
from disputes.models import Decision, Dispute, Message, Offer, Proposal, Question
from tests import given
from tests.given import EUR, NOON, days
from tests.given_disputes import mediator


def a_case() -> Dispute:
    """About 1,000 EUR, offered on, proposed about and decided first."""
    alice = given.person("alice")
    bob = given.person("bob", kind="freelancer")
    mia = mediator("mia")
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    assert invoice.escrow
    dispute = Dispute.objects.create(
        contract=invoice.contract,
        escrow=invoice.escrow,
        invoice=invoice,
        opened_by=alice,
        side="client",
        reason="not_as_agreed",
        words="The logo is not ours.",
        currency="EUR",
        at_stake=invoice.escrow.gross,
        claimed=EUR("100.00"),
        policy_version="1",
        opened_at=NOON,
        answer_by=NOON + days(5),
        act_by=NOON + days(5),
    )
    facts = {"dispute": dispute, "currency": "EUR", "by": mia, "at": NOON}
    Offer.objects.create(
        **{**facts, "by": alice}, side="client", figure=EUR("100.00"), expires_at=NOON + days(5)
    )
    Proposal.objects.create(
        **facts, figure=EUR("500.00"), reasons="Half of it", answer_by=NOON + days(3)
    )
    Decision.objects.create(
        **facts,
        stage="first",
        basis="small",
        figure=EUR("500.00"),
        reasons="Half",
        in_force_at=NOON,
    )
    Message.objects.create(dispute=dispute, side="client", text="Look.", by=alice, at=NOON)
    Question.objects.create(
        dispute=dispute,
        number=1,
        side="client",
        text="Which?",
        by=mia,
        at=NOON,
        answer_by=NOON + days(3),
    )
    return dispute


def copied(table: str, **changed: object) -> str:
    """INSERT a copy of a row of *table*, but for what is changed (SQL)."""
    facts = {"id": "999999", "ref": "'ZZZZZZZZZZZZ'", **changed}
    told = ", ".join(f"'{name}', {value}" for name, value in facts.items())
    return (
        f"INSERT INTO disputes_{table} SELECT (jsonb_populate_record(t,"
        f" jsonb_build_object({told}))).* FROM disputes_{table} t LIMIT 1"
    )


ILLEGAL = {
    "nobody opens it": "UPDATE disputes_dispute SET side = 'platform'",
    "a dispute changes its subject": "UPDATE disputes_dispute SET words = 'Another'",
    "another claim": "UPDATE disputes_dispute SET claimed = 200",
    "more is claimed than is held": copied("dispute", state="'open'", claimed=5000),
    "an escrow has two disputes": copied("dispute", state="'open'"),
    "a dispute is born decided": copied("dispute", state="'decided'", figure="1"),
    "a dispute disappears": "DELETE FROM disputes_dispute",
    "it jumps to its end": "UPDATE disputes_dispute SET state = 'final', figure = 1,"
    " mediator_id = (SELECT by_id FROM disputes_decision), act_by = NULL, closed_at = now()",
    "it settles without a figure": "UPDATE disputes_dispute SET state = 'settled', act_by = NULL,"
    " closed_at = now() + interval '10 years'",
    "it settles for more than all": "UPDATE disputes_dispute SET state = 'settled', act_by = NULL,"
    " closed_at = opened_at, figure = at_stake + 1",
    "a figure stands before it is decided": "UPDATE disputes_dispute SET figure = 1",
    "it is closed and open": "UPDATE disputes_dispute SET closed_at = opened_at",
    "it is settled and not closed": "UPDATE disputes_dispute SET state = 'settled', figure = 1,"
    " act_by = NULL",
    "money is split before the outcome": "UPDATE disputes_dispute SET split_at = opened_at,"
    " split_to_freelancer = 1, split_to_client = 1",
    "nobody is waited for": "UPDATE disputes_dispute SET act_by = NULL",
    "a closed case has a clock": "UPDATE disputes_dispute SET state = 'settled', figure = 1,"
    " closed_at = opened_at",
    "nobody proposed it": "UPDATE disputes_dispute SET state = 'in_mediation';"
    "UPDATE disputes_dispute SET state = 'proposed'",
    "a side mediates": "UPDATE disputes_dispute SET mediator_id = opened_by_id",
    "an offer changes": "UPDATE disputes_offer SET figure = 200",
    "an offer of more than all": copied("offer", figure=5000, side="'freelancer'"),
    "an offer in other money": copied("offer", currency="'USD'", side="'freelancer'"),
    "a negative offer": copied("offer", figure=-1, side="'freelancer'"),
    "two offers of a side stand": copied("offer"),
    "an offer ends without a word": "UPDATE disputes_offer SET ended_at = at",
    "an offer that never expires": copied(
        "offer", side="'freelancer'", expires_at="'2020-01-01T00:00Z'"
    ),
    "an offer disappears": "DELETE FROM disputes_offer",
    "a proposal of more than all": "DELETE FROM disputes_proposal WHERE false;"
    + copied("proposal", figure=5000),
    "a second proposal": copied("proposal"),
    "a proposal changes": "UPDATE disputes_proposal SET figure = 1",
    "a proposal disappears": "DELETE FROM disputes_proposal",
    "an answer without a moment": "UPDATE disputes_proposal SET client_answer = 'accepted'",
    "a decision of more than all": copied("decision", stage="'award'", figure=5000),
    "a decision without reasons": copied("decision", stage="'award'", reasons="''"),
    "a stage is decided twice": copied("decision"),
    "the same person hears the appeal": copied("decision", stage="'appeal'"),
    "a decision changes": "UPDATE disputes_decision SET figure = 1",
    "a decision is refused later": "UPDATE disputes_decision SET refused_at = at",
    "a decision disappears": "DELETE FROM disputes_decision",
    "one person confirms their own": copied("decision", stage="'award'", confirmed_by_id="t.by_id"),
    "a message changes": "UPDATE disputes_message SET text = 'Never'",
    "a message disappears": "DELETE FROM disputes_message",
    "an empty message": copied("message", text="''"),
    "a side writes to staff": copied("message", audience="'staff'"),
    "a side writes to the other side alone": copied("message", audience="'freelancer'"),
    "a third question": copied("question", number=3, answered_at="'2026-03-03T00:00Z'"),
    "a question counted twice": copied("question", answered_at="'2026-03-03T00:00Z'"),
    "two questions at a time": copied("question", number=2),
    "a question changes": "UPDATE disputes_question SET text = 'What?'",
    "a question was answered and was not": "UPDATE disputes_question SET answered_at = at,"
    " unanswered_at = at",
}


LATE = """
INSERT INTO disputes_evidence (ref, dispute_id, side, file_id, sha256, description, by_id, at)
SELECT 'Y', id, side, 1, repeat('a', 64), 'Late', opened_by_id, opened_at FROM disputes_dispute
"""


@pytest.mark.django_db
def test_the_database_refuses_what_must_never_be() -> None:
    a_case()
    allowed = []
    for name, statement in ILLEGAL.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        allowed.append(name)
    assert allowed == []


@pytest.mark.django_db
def test_an_outcome_and_its_split_are_for_good() -> None:
    dispute = a_case()
    with transaction.atomic():
        settled = Dispute.objects.lock(dispute.pk)
        take(settled.settle, by=SYSTEM("they agreed"), at=NOON, figure=EUR("300.00"))
    Dispute.objects.filter(pk=dispute.pk).update(
        split_at=NOON, split_to_freelancer=EUR("300.00"), split_to_client=EUR("700.00")
    )
    allowed = []
    for statement in (
        "UPDATE disputes_dispute SET figure = 1",
        "UPDATE disputes_dispute SET closed_at = closed_at + interval '1 day'",
        "UPDATE disputes_dispute SET split_at = split_at + interval '1 day'",
        "UPDATE disputes_dispute SET split_to_client = 1",
        "UPDATE disputes_dispute SET state = 'withdrawn'",
        LATE,
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        allowed.append(statement)
    assert allowed == []

"""Disputes and questions, on both sides of the desk."""

from __future__ import annotations

from tests.security.declared.sides import OFFERING, THE_OWNER
from tests.security.doors import Door
from tests.security.personas import DELIVERING, MEMBERS, PARTIES, SIGNED_IN, STAFF, P

QUESTIONS = ("open question", "closed question")

CASES = ("open dispute", "withdrawn dispute")

SPEAKING = OFFERING | DELIVERING

DISPUTES = {
    "disputes": Door(see=MEMBERS),
    "dispute-new": Door(
        see=MEMBERS,
        do=SPEAKING,
        on="dispute-new?invoice={submitted invoice}&figure=400.00",
        values={"reason": "other", "words": "It is not what we agreed on."},
    ),
    "dispute": Door(see=PARTIES, of=CASES),
    "dispute-file": Door(see=PARTIES, of=CASES),
    "dispute-offer": Door(
        see=PARTIES, do=SPEAKING, of=CASES, on="dispute-offer/open dispute?figure=500.00"
    ),
    "dispute-offer-acceptance": Door(
        see=PARTIES, do=DELIVERING, of=("open dispute",), fills={"offer": "standing offer"}
    ),
    "dispute-withdrawal": Door(see=PARTIES, do=OFFERING, of=CASES),
    "dispute-message": Door(
        do=SPEAKING, of=CASES, on="dispute/open dispute", values={"text": "Look again."}
    ),
    "dispute-evidence": Door(
        do=SPEAKING, of=CASES, on="dispute/open dispute", values={"description": "A file"}
    ),
    "dispute-mediation": Door(see=PARTIES, do=SPEAKING, of=CASES),
    "dispute-question": Door(of=CASES),
    "dispute-proposal-answer": Door(see=PARTIES, of=CASES, values={"answer": "accepted"}),
    "dispute-appeal": Door(see=PARTIES, of=CASES, values={"words": "This was overlooked."}),
    "dispute-arbitration": Door(see=PARTIES, of=CASES, values={"bench": "panel"}),
    "admin:disputes_dispute_desk": Door(see=STAFF, of=CASES, circle=STAFF, is_desk=True),
    "admin:disputes_dispute_file": Door(see={P.SUPERUSER}, of=CASES, circle=STAFF, is_desk=True),
    **{
        f"admin:disputes_dispute_{noun}": Door(see=STAFF, of=CASES, circle=STAFF, is_desk=True)
        for noun in (
            "handing-over",
            "question",
            "message",
            "settlement",
            "discontinuance",
            "award",
        )
    },
    **{  # what only a mediator of the case, or a second one, can do; tried in tests/disputes
        f"admin:disputes_dispute_{noun}": Door(of=CASES, circle=STAFF, is_desk=True)
        for noun in ("taking", "confirmation", "refusal")
    },
    "admin:disputes_standardtext_writing": Door(
        see=STAFF,
        do={P.SUPERUSER},
        circle=STAFF,
        is_desk=True,
        values={"purpose": "ruling", "title": "Half of it", "text": "{figure} of {at_stake}."},
    ),
    "admin:disputes_standardtext_rewriting": Door(
        see=STAFF,
        do={P.SUPERUSER},
        of=("standard text",),
        circle=STAFF,
        is_desk=True,
        values={"title": "What was done", "text": "What of {work} was done?"},
    ),
    "admin:disputes_standardtext_retirement": Door(
        do={P.SUPERUSER},
        of=("standard text",),
        circle=STAFF,
        is_desk=True,
        on="admin:disputes_standardtext_rewriting/standard text",
    ),
    "support": Door(
        see=SIGNED_IN,
        do=SIGNED_IN,
        is_open_inside=True,
        values={"subject": "A question", "text": "Where is it?"},
    ),
    "ticket": Door(see=THE_OWNER, of=QUESTIONS, circle=THE_OWNER, is_open_inside=True),
    "ticket-message": Door(
        do=THE_OWNER,
        on="ticket/open question",
        of=QUESTIONS,
        circle=THE_OWNER,
        is_open_inside=True,
        values={"text": "And now?"},
    ),
    "ticket-closing": Door(do=THE_OWNER, of=QUESTIONS, circle=THE_OWNER, is_open_inside=True),
    "admin:disputes_ticket_thread": Door(
        see=STAFF,
        do=STAFF,
        of=QUESTIONS,
        circle=STAFF,
        is_desk=True,
        values={"text": "It is here."},
    ),
    "admin:disputes_goodwill_giving": Door(see=STAFF, of=QUESTIONS, circle=STAFF, is_desk=True),
    "admin:disputes_ticket_closing": Door(do=STAFF, of=QUESTIONS, circle=STAFF, is_desk=True),
}

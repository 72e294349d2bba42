"""The machine of the dispute, and what nobody changes once it was said."""

from django.db import migrations

RUNNING = ["open", "in_mediation", "proposed", "unresolved", "arbitration_pending"]
RUNNING += ["in_arbitration", "decided", "in_appeal"]
STEPS = " ".join(
    [
        "open>in_mediation in_mediation>proposed proposed>unresolved in_mediation>decided",
        "decided>in_appeal in_appeal>final decided>final unresolved>arbitration_pending",
        "arbitration_pending>in_arbitration in_arbitration>awarded unresolved>defaulted",
        "arbitration_pending>defaulted in_arbitration>unresolved",
        *(f"{state}>settled {state}>void" for state in RUNNING),
        *(f"{state}>withdrawn" for state in RUNNING[:6]),
    ]
)
REFUSE = """
CREATE FUNCTION disputes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;
"""
ABOUT = (
    "contract_id, escrow_id, invoice_id, made_invoice, opened_by_id, side, reason, words,"
    " currency, at_stake, claimed, policy_version, opened_at, answer_by"
)
OFFERED = "dispute_id, side, currency, figure, words, by_id, at, expires_at"
PROPOSED = "dispute_id, currency, figure, reasons, plan_hash, by_id, at, answer_by"
RULED = "dispute_id, stage, basis, currency, figure, reasons, plan_hash, document_id, by_id, at"
ASKED = "dispute_id, number, side, text, by_id, at, answer_by"
ENDED = "ended_at, ending"
OVER = "(OLD.in_force_at IS NOT NULL OR OLD.refused_at IS NOT NULL)"
IN_FORCE = "in_force_at, confirmed_by_id, refused_at"


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(ROW({old}) IS DISTINCT FROM ROW({new}))"


# Trigger, table, moment, condition, words.
KEPT = [
    (
        "a_dispute_is_about_what_it_was",
        "dispute",
        "UPDATE",
        differs(ABOUT),
        "A dispute is about what it was opened about",
    ),
    (
        "an_outcome_stays",
        "dispute",
        "UPDATE",
        f"OLD.closed_at IS NOT NULL AND {differs('figure, closed_at')}",
        "An outcome does not change",
    ),
    (
        "money_is_split_once",
        "dispute",
        "UPDATE",
        f"OLD.split_at IS NOT NULL AND {differs('split_at, split_to_freelancer, split_to_client')}",
        "The money of a dispute is split once",
    ),
    ("a_dispute_is_kept", "dispute", "DELETE", "", "A dispute is kept"),
    ("a_message_stays", "message", "UPDATE OR DELETE", "", "What was said stays said"),
    ("evidence_stays", "evidence", "UPDATE OR DELETE", "", "Evidence stays as it was shown"),
    (
        "an_offer_stays_what_it_was",
        "offer",
        "UPDATE",
        f"{differs(OFFERED)} OR OLD.ended_at IS NOT NULL AND {differs(ENDED)}",
        "An offer is replaced, and not edited",
    ),
    ("an_offer_is_kept", "offer", "DELETE", "", "An offer is kept"),
    (
        "a_proposal_stays_what_it_was",
        "proposal",
        "UPDATE",
        differs(PROPOSED),
        "A proposal does not change",
    ),
    ("a_proposal_is_kept", "proposal", "DELETE", "", "A proposal is kept"),
    (
        "a_decision_stays_what_it_was",
        "decision",
        "UPDATE",
        f"{differs(RULED)} OR {OVER} AND {differs(IN_FORCE)}",
        "A decision does not change",
    ),
    ("a_decision_is_kept", "decision", "DELETE", "", "A decision is kept"),
    (
        "a_question_stays_what_it_was",
        "question",
        "UPDATE",
        differs(ASKED),
        "A question does not change",
    ),
    ("a_question_is_kept", "question", "DELETE", "", "A question is kept"),
]

WITHIN = """
CREATE FUNCTION disputes_refuse_too_much() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM disputes_dispute AS d WHERE d.id = NEW.dispute_id
                      AND d.currency = NEW.currency AND NEW.figure <= d.at_stake)
    THEN
        RAISE EXCEPTION 'A figure is between nothing and all that is at stake'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_offer_is_within_what_is_held BEFORE INSERT ON disputes_offer
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_too_much();
CREATE TRIGGER a_proposal_is_within_what_is_held BEFORE INSERT ON disputes_proposal
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_too_much();
CREATE TRIGGER a_decision_is_within_what_is_held BEFORE INSERT ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_too_much();
"""
NOT_WITHIN = """
DROP TRIGGER a_decision_is_within_what_is_held ON disputes_decision;
DROP TRIGGER a_proposal_is_within_what_is_held ON disputes_proposal;
DROP TRIGGER an_offer_is_within_what_is_held ON disputes_offer;
DROP FUNCTION disputes_refuse_too_much();
"""

NEUTRAL = """
CREATE FUNCTION disputes_refuse_a_judge_of_his_own_cause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM people_membership AS m
                 JOIN invoices_contract AS c ON m.organization_id IN (c.client_id, c.freelancer_id)
                WHERE c.id = NEW.contract_id AND m.user_id = NEW.mediator_id)
    THEN
        RAISE EXCEPTION 'Nobody mediates for a side that they belong or belonged to'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nobody_mediates_in_their_own_cause
    BEFORE INSERT OR UPDATE OF mediator_id ON disputes_dispute
    FOR EACH ROW WHEN (NEW.mediator_id IS NOT NULL)
    EXECUTE FUNCTION disputes_refuse_a_judge_of_his_own_cause();

CREATE FUNCTION disputes_refuse_the_same_judge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM disputes_decision AS d
                WHERE d.dispute_id = NEW.dispute_id AND d.stage = 'first'
                  AND d.in_force_at IS NOT NULL
                  AND (NEW.by_id IN (d.by_id, d.confirmed_by_id)
                       OR NEW.confirmed_by_id IN (d.by_id, d.confirmed_by_id)))
    THEN
        RAISE EXCEPTION 'An appeal is decided by somebody else'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_appeal_is_decided_by_somebody_else BEFORE INSERT OR UPDATE ON disputes_decision
    FOR EACH ROW WHEN (NEW.stage = 'appeal') EXECUTE FUNCTION disputes_refuse_the_same_judge();
"""
NOT_NEUTRAL = """
DROP TRIGGER an_appeal_is_decided_by_somebody_else ON disputes_decision;
DROP FUNCTION disputes_refuse_the_same_judge();
DROP TRIGGER nobody_mediates_in_their_own_cause ON disputes_dispute;
DROP FUNCTION disputes_refuse_a_judge_of_his_own_cause();
"""

IN_TIME = """
CREATE FUNCTION disputes_refuse_late_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM disputes_dispute WHERE id = NEW.dispute_id
                  AND (closed_at IS NOT NULL OR state = 'decided'))
    THEN
        RAISE EXCEPTION 'Evidence is shown before the decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_is_shown_before_the_decision BEFORE INSERT ON disputes_evidence
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_late_evidence();
"""
NOT_IN_TIME = """
DROP TRIGGER evidence_is_shown_before_the_decision ON disputes_evidence;
DROP FUNCTION disputes_refuse_late_evidence();
"""


def keep(name: str, table: str, moment: str, condition: str, words: str) -> migrations.RunSQL:
    when = f" WHEN ({condition})" if condition else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE {moment} ON disputes_{table} FOR EACH ROW{when}"
        f" EXECUTE FUNCTION disputes_refuse('{words}')",
        f"DROP TRIGGER {name} ON disputes_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_two_sides_disagree")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('disputes_dispute', 'open', '{STEPS}')",
            "SELECT forget_machine('disputes_dispute')",
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION disputes_refuse()"),
        *(keep(*kept) for kept in KEPT),
        migrations.RunSQL(WITHIN, NOT_WITHIN),
        migrations.RunSQL(NEUTRAL, NOT_NEUTRAL),
        migrations.RunSQL(IN_TIME, NOT_IN_TIME),
    ]

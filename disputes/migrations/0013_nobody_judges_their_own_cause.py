"""Who mediates may come to belong to a side: they are refused, and their case can go on."""

from django.db import migrations

NEUTRAL = """
DROP TRIGGER nobody_mediates_in_their_own_cause ON disputes_dispute;
CREATE TRIGGER nobody_mediates_in_their_own_cause BEFORE UPDATE OF mediator_id ON disputes_dispute
    FOR EACH ROW WHEN (NEW.mediator_id IS NOT NULL
                       AND NEW.mediator_id IS DISTINCT FROM OLD.mediator_id)
    EXECUTE FUNCTION disputes_refuse_a_judge_of_his_own_cause();
CREATE TRIGGER nobody_begins_to_mediate_in_their_own_cause BEFORE INSERT ON disputes_dispute
    FOR EACH ROW WHEN (NEW.mediator_id IS NOT NULL)
    EXECUTE FUNCTION disputes_refuse_a_judge_of_his_own_cause();

CREATE FUNCTION disputes_refuse_a_ruling_in_ones_own_cause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM people_membership AS m
                 JOIN invoices_contract AS c ON m.organization_id IN (c.client_id, c.freelancer_id)
                 JOIN disputes_dispute AS d ON d.contract_id = c.id
                WHERE d.id = NEW.dispute_id
                  AND to_jsonb(m.user_id)
                      IN (to_jsonb(NEW) -> 'by_id', to_jsonb(NEW) -> 'confirmed_by_id'))
    THEN
        RAISE EXCEPTION 'Nobody rules on a side that they belong or belonged to'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nobody_proposes_in_their_own_cause BEFORE INSERT ON disputes_proposal
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_a_ruling_in_ones_own_cause();
CREATE TRIGGER nobody_decides_in_their_own_cause
    BEFORE INSERT OR UPDATE OF in_force_at ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse_a_ruling_in_ones_own_cause();
"""
NOT_NEUTRAL = """
DROP TRIGGER nobody_decides_in_their_own_cause ON disputes_decision;
DROP TRIGGER nobody_proposes_in_their_own_cause ON disputes_proposal;
DROP FUNCTION disputes_refuse_a_ruling_in_ones_own_cause();
DROP TRIGGER nobody_begins_to_mediate_in_their_own_cause ON disputes_dispute;
DROP TRIGGER nobody_mediates_in_their_own_cause ON disputes_dispute;
CREATE TRIGGER nobody_mediates_in_their_own_cause
    BEFORE INSERT OR UPDATE OF mediator_id ON disputes_dispute
    FOR EACH ROW WHEN (NEW.mediator_id IS NOT NULL)
    EXECUTE FUNCTION disputes_refuse_a_judge_of_his_own_cause();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0012_goodwill_stays_as_it_was")]

    operations = [migrations.RunSQL(NEUTRAL, NOT_NEUTRAL)]

"""What was put down for an arbiter, and what the arbiter signed, is kept as it was."""

from django.db import migrations

KEPT = """
CREATE TRIGGER who_bears_the_costs_stays BEFORE UPDATE OF costs_on ON disputes_decision
    FOR EACH ROW WHEN (OLD.costs_on IS DISTINCT FROM NEW.costs_on)
    EXECUTE FUNCTION disputes_refuse('Who bears the costs does not change');
CREATE TRIGGER a_signed_award_stays_what_it_was BEFORE UPDATE OR DELETE ON disputes_awarddocument
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse('A signed award does not change');
CREATE TRIGGER a_share_stays_what_it_was BEFORE UPDATE ON disputes_arbitrationshare
    FOR EACH ROW WHEN (ROW(OLD.dispute_id, OLD.side, OLD.bench, OLD.amount, OLD.by_id, OLD.at)
        IS DISTINCT FROM ROW(NEW.dispute_id, NEW.side, NEW.bench, NEW.amount, NEW.by_id, NEW.at)
        OR OLD.settled_at IS NOT NULL AND ROW(OLD.settled_at, OLD.outcome)
        IS DISTINCT FROM ROW(NEW.settled_at, NEW.outcome))
    EXECUTE FUNCTION disputes_refuse('A share does not change');
CREATE TRIGGER a_share_is_kept BEFORE DELETE ON disputes_arbitrationshare
    FOR EACH ROW EXECUTE FUNCTION disputes_refuse('A share is kept');
"""
FORGOTTEN = """
DROP TRIGGER a_share_is_kept ON disputes_arbitrationshare;
DROP TRIGGER a_share_stays_what_it_was ON disputes_arbitrationshare;
DROP TRIGGER a_signed_award_stays_what_it_was ON disputes_awarddocument;
DROP TRIGGER who_bears_the_costs_stays ON disputes_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0009_arbiters_cost_shares")]

    operations = [migrations.RunSQL(KEPT, FORGOTTEN)]

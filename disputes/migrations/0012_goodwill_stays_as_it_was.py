"""What was given stays given, and what was asked for stays what it was."""

from django.db import migrations

KEPT = """
CREATE TRIGGER goodwill_stays_what_it_was BEFORE UPDATE ON disputes_goodwill FOR EACH ROW
    WHEN (ROW(OLD.client_id, OLD.currency, OLD.amount, OLD.reason, OLD.by_id, OLD.at)
        IS DISTINCT FROM ROW(NEW.client_id, NEW.currency, NEW.amount, NEW.reason, NEW.by_id, NEW.at)
        OR (OLD.given_at IS NOT NULL OR OLD.refused_at IS NOT NULL)
        AND ROW(OLD.given_at, OLD.refused_at, OLD.confirmed_by_id)
        IS DISTINCT FROM ROW(NEW.given_at, NEW.refused_at, NEW.confirmed_by_id))
    EXECUTE FUNCTION disputes_refuse('Goodwill does not change');
CREATE TRIGGER goodwill_is_kept BEFORE DELETE ON disputes_goodwill FOR EACH ROW
    EXECUTE FUNCTION disputes_refuse('Goodwill is kept');
"""
FORGOTTEN = """
DROP TRIGGER goodwill_is_kept ON disputes_goodwill;
DROP TRIGGER goodwill_stays_what_it_was ON disputes_goodwill;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0011_staff_gives_goodwill")]

    operations = [migrations.RunSQL(KEPT, FORGOTTEN)]

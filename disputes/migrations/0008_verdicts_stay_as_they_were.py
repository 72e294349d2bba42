"""What protection said of contested hours when the case was opened is kept as it was."""

from django.db import migrations

MADE = """
CREATE TRIGGER a_verdict_stays_what_it_was BEFORE UPDATE ON disputes_verdict FOR EACH ROW
    EXECUTE FUNCTION disputes_refuse('A verdict does not change');
CREATE TRIGGER a_verdict_is_kept BEFORE DELETE ON disputes_verdict FOR EACH ROW
    EXECUTE FUNCTION disputes_refuse('A verdict is kept');
"""
UNMADE = """
DROP TRIGGER a_verdict_is_kept ON disputes_verdict;
DROP TRIGGER a_verdict_stays_what_it_was ON disputes_verdict;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0007_hours_have_verdicts")]

    operations = [migrations.RunSQL(MADE, UNMADE)]

"""What a bank was shown is what it was shown: a file of an answer is neither changed nor lost."""

from django.db import migrations

STAYS = """
CREATE TRIGGER what_a_bank_is_shown_stays BEFORE UPDATE ON payments_evidencefile FOR EACH ROW
    WHEN (ROW(OLD.chargeback_id, OLD.answer, OLD.shows, OLD.title, OLD.file_id, OLD.command_id)
          IS DISTINCT FROM
          ROW(NEW.chargeback_id, NEW.answer, NEW.shows, NEW.title, NEW.file_id, NEW.command_id)
          OR OLD.kept_as <> '' OR OLD.problem <> '')
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER what_a_bank_is_shown_is_never_lost BEFORE DELETE ON payments_evidencefile
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_new_sum();
"""
GOES = """
DROP TRIGGER what_a_bank_is_shown_is_never_lost ON payments_evidencefile;
DROP TRIGGER what_a_bank_is_shown_stays ON payments_evidencefile;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0056_banks_are_shown_files")]

    operations = [migrations.RunSQL(STAYS, GOES)]

"""Another wording is another row; what was offered once can be read for ever."""

from django.db import migrations

KEPT = """
CREATE TRIGGER a_standard_text_stays_what_it_was BEFORE UPDATE ON disputes_standardtext
    FOR EACH ROW WHEN (OLD.retired_at IS NOT NULL
        OR ROW(OLD.ref, OLD.purpose, OLD.title, OLD.text, OLD.by_id, OLD.at, OLD.replaces_id)
        IS DISTINCT FROM
        ROW(NEW.ref, NEW.purpose, NEW.title, NEW.text, NEW.by_id, NEW.at, NEW.replaces_id))
    EXECUTE FUNCTION disputes_refuse('A standard text is replaced, and not edited');
CREATE TRIGGER a_standard_text_is_kept BEFORE DELETE ON disputes_standardtext FOR EACH ROW
    EXECUTE FUNCTION disputes_refuse('A standard text is kept');
"""
FORGOTTEN = """
DROP TRIGGER a_standard_text_is_kept ON disputes_standardtext;
DROP TRIGGER a_standard_text_stays_what_it_was ON disputes_standardtext;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0014_mediators_have_standard_texts")]

    operations = [migrations.RunSQL(KEPT, FORGOTTEN)]

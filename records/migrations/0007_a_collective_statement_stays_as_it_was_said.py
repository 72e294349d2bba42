"""A collective statement is issued for good: it does not change, and it stays."""

from django.db import migrations

FROZEN = """
CREATE TRIGGER a_collective_statement_is_frozen BEFORE UPDATE ON records_collectivestatement
    FOR EACH ROW WHEN (
        (OLD.ref, OLD.organization_id, OLD.month, OLD.currency, OLD.billed, OLD.credited,
         OLD.amount, OLD.opening, OLD.came, OLD.went, OLD.closing, OLD.number, OLD.series,
         OLD.series_year, OLD.place, OLD.issued_at, OLD.frozen, OLD.frozen_sha256,
         OLD.verification_code)
        IS DISTINCT FROM
        (NEW.ref, NEW.organization_id, NEW.month, NEW.currency, NEW.billed, NEW.credited,
         NEW.amount, NEW.opening, NEW.came, NEW.went, NEW.closing, NEW.number, NEW.series,
         NEW.series_year, NEW.place, NEW.issued_at, NEW.frozen, NEW.frozen_sha256,
         NEW.verification_code)
        OR (OLD.pdf_id IS NOT NULL AND (OLD.pdf_id, OLD.pdf_sha256)
            IS DISTINCT FROM (NEW.pdf_id, NEW.pdf_sha256)))
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');
"""

STAYS = """
CREATE TRIGGER a_collective_statement_stays BEFORE DELETE ON records_collectivestatement
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A collective statement is kept');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_collective_statements_are_issued"),
        ("invoices", "0003_what_was_agreed_does_not_change"),
    ]

    operations = [
        migrations.RunSQL(
            FROZEN,
            "DROP TRIGGER a_collective_statement_is_frozen ON records_collectivestatement",
        ),
        migrations.RunSQL(
            STAYS, "DROP TRIGGER a_collective_statement_stays ON records_collectivestatement"
        ),
    ]

"""A certificate is issued for good: it does not change, and it stays."""

from django.db import migrations

FROZEN = """
CREATE TRIGGER a_certificate_is_frozen BEFORE UPDATE ON records_certificate
    FOR EACH ROW WHEN (
        (OLD.ref, OLD.kind, OLD.organization_id, OLD.requested_by_id, OLD.op_id, OLD.since,
         OLD.until, OLD.currency, OLD.gross, OLD.fee, OLD.back, OLD.amount, OLD.number, OLD.series,
         OLD.series_year, OLD.place, OLD.issued_at, OLD.frozen, OLD.frozen_sha256,
         OLD.verification_code)
        IS DISTINCT FROM
        (NEW.ref, NEW.kind, NEW.organization_id, NEW.requested_by_id, NEW.op_id, NEW.since,
         NEW.until, NEW.currency, NEW.gross, NEW.fee, NEW.back, NEW.amount, NEW.number, NEW.series,
         NEW.series_year, NEW.place, NEW.issued_at, NEW.frozen, NEW.frozen_sha256,
         NEW.verification_code)
        OR (OLD.pdf_id IS NOT NULL AND (OLD.pdf_id, OLD.pdf_sha256)
            IS DISTINCT FROM (NEW.pdf_id, NEW.pdf_sha256)))
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');
"""

STAYS = """
CREATE TRIGGER a_certificate_stays BEFORE DELETE ON records_certificate
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A certificate is kept');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_there_are_certificates"),
        ("invoices", "0003_what_was_agreed_does_not_change"),
    ]

    operations = [
        migrations.RunSQL(FROZEN, "DROP TRIGGER a_certificate_is_frozen ON records_certificate"),
        migrations.RunSQL(STAYS, "DROP TRIGGER a_certificate_stays ON records_certificate"),
    ]

"""A receipt is what the money did, and once it is issued it stays."""

from django.db import migrations

CAUSE = """
CREATE TRIGGER a_receipt_is_what_the_money_did BEFORE UPDATE ON invoices_receipt
    FOR EACH ROW WHEN (
        (OLD.kind, OLD.cause, OLD.recipient_id, OLD.charge_id, OLD.escrow_id, OLD.payout_id,
         OLD.currency, OLD.amount, OLD.caused_at)
        IS DISTINCT FROM
        (NEW.kind, NEW.cause, NEW.recipient_id, NEW.charge_id, NEW.escrow_id, NEW.payout_id,
         NEW.currency, NEW.amount, NEW.caused_at))
    EXECUTE FUNCTION invoices_refuse('A receipt says what the money did and nothing else');
"""

FROZEN = """
CREATE TRIGGER an_issued_receipt_is_frozen BEFORE UPDATE ON invoices_receipt
    FOR EACH ROW WHEN (OLD.number IS NOT NULL AND (
        (OLD.number, OLD.series, OLD.series_year, OLD.place, OLD.issued_at, OLD.frozen,
         OLD.frozen_sha256, OLD.verification_code)
        IS DISTINCT FROM
        (NEW.number, NEW.series, NEW.series_year, NEW.place, NEW.issued_at, NEW.frozen,
         NEW.frozen_sha256, NEW.verification_code)
        OR (OLD.pdf_id IS NOT NULL AND (OLD.pdf_id, OLD.pdf_sha256)
            IS DISTINCT FROM (NEW.pdf_id, NEW.pdf_sha256))))
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');
"""

STAYS = """
CREATE TRIGGER a_receipt_stays BEFORE DELETE ON invoices_receipt
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A receipt is kept');
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0024_money_has_receipts")]

    operations = [
        migrations.RunSQL(
            CAUSE, "DROP TRIGGER a_receipt_is_what_the_money_did ON invoices_receipt"
        ),
        migrations.RunSQL(FROZEN, "DROP TRIGGER an_issued_receipt_is_frozen ON invoices_receipt"),
        migrations.RunSQL(STAYS, "DROP TRIGGER a_receipt_stays ON invoices_receipt"),
    ]

"""What the rules said of an e-invoice is kept with its file, and stays with it."""

from django.db import migrations

KEPT = """
CREATE TRIGGER the_verdict_on_a_kept_{noun}_stays BEFORE UPDATE ON invoices_{noun}
    FOR EACH ROW WHEN (OLD.pdf_id IS NOT NULL AND OLD.einvoice IS DISTINCT FROM NEW.einvoice)
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');
"""
FORGET = "DROP TRIGGER the_verdict_on_a_kept_{noun}_stays ON invoices_{noun}"


class Migration(migrations.Migration):
    dependencies = [("invoices", "0011_documents_know_whether_they_are_e_invoices")]

    operations = [
        migrations.RunSQL(KEPT.format(noun=noun), FORGET.format(noun=noun))
        for noun in ("invoice", "feeinvoice")
    ]

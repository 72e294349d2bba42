"""Which time a part bills does not change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoices", "0040_parts_bill_some_entries")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER a_part_bills_what_it_billed BEFORE UPDATE OR DELETE"
            " ON invoices_partentry FOR EACH ROW"
            " EXECUTE FUNCTION invoices_refuse('What a part bills does not change')",
            "DROP TRIGGER a_part_bills_what_it_billed ON invoices_partentry",
        )
    ]

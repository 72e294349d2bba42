"""Whoever approved an invoice before approvals were rows gets the row they would have written."""

from django.db import migrations

WRITE_DOWN = """
INSERT INTO invoices_approval
       (invoice_id, round, by_id, on_behalf_of_id, at, currency, seen, cleared_at, cleared_because)
SELECT id, round, approved_by_id, NULL, approved_at, currency, gross, NULL, ''
  FROM invoices_invoice WHERE approved_by_id IS NOT NULL AND corrects_id IS NULL AND round > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0028_approvals_are_rows")]

    operations = [migrations.RunSQL(WRITE_DOWN, "DELETE FROM invoices_approval")]

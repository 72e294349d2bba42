"""What was posted before stands in its organization's records too. Nothing else changes."""

from django.db import migrations

BACKFILL = """
ALTER TABLE ledger_posting DISABLE TRIGGER append_only;
UPDATE ledger_posting AS p
   SET party = a.holder_id, change = p.amount, occurred_at = e.occurred_at
  FROM ledger_account AS a, ledger_entry AS e
 WHERE a.id = p.account_id AND e.id = p.entry_id AND a.holder_id IS NOT NULL
   AND split_part(a.code, ':', 1) NOT IN ('payout', 'refund', 'provider');
ALTER TABLE ledger_posting ENABLE TRIGGER append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_whose_records_a_line_stands_in")]

    operations = [migrations.RunSQL(BACKFILL, migrations.RunSQL.noop)]

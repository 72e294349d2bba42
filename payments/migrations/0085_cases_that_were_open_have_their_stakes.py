from __future__ import annotations

from django.db import migrations

# What was set apart for a bank before stakes were noted is what it may get; minor units until now.
NOTE = """
INSERT INTO payments_stake (chargeback_id, freelancer_id, currency, amount)
SELECT c.id, split_part(r.key, '/', 3)::bigint, c.currency,
       sum(r.amount)::numeric / CASE c.currency WHEN 'JPY' THEN 1 WHEN 'KWD' THEN 1000 ELSE 100 END
  FROM ledger_reservation AS r
  JOIN payments_chargeback AS c ON c.ref = split_part(r.key, '/', 2)
 WHERE r.key LIKE 'chargeback/%'
   AND NOT EXISTS (SELECT FROM ledger_reservationend AS e WHERE e.reservation_id = r.id)
 GROUP BY c.id, split_part(r.key, '/', 3)
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0011_debts_are_found"),
        ("payments", "0084_promised_transfers"),
    ]

    operations = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]

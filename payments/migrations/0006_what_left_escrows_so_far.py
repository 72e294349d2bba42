"""Escrows, lots and settlements from before learn what they did not have to say then."""

from django.db import migrations

FILL = """
UPDATE payments_escrow AS e
   SET document = s.document, title = s.title,
       funded_by_id = CASE WHEN e.state IN ('held', 'released', 'refunded') THEN s.charge_id END,
       released = CASE WHEN e.state = 'released' THEN e.gross ELSE 0 END,
       refunded = CASE WHEN e.state = 'refunded' THEN e.gross ELSE 0 END
  FROM payments_settlement AS s WHERE s.escrow_id = e.id;

UPDATE payments_settlement AS s
   SET kept = 0, settled_at = CASE WHEN c.state = 'succeeded' THEN c.finished_at END
  FROM payments_charge AS c WHERE c.id = s.charge_id;

-- The smallest coin is 10 ** -places; half of one is rounded up, as the product rounds.
UPDATE payments_lot AS l
   SET client_id = e.client_id, net = e.net, gross = e.gross,
       fee = f.fee, fee_tax = e.gross - f.fee - l.amount
  FROM payments_escrow AS e, LATERAL (
       SELECT CASE e.currency WHEN 'JPY' THEN 0 WHEN 'KWD' THEN 3 ELSE 2 END AS places) AS p,
       LATERAL (
       SELECT round(e.net * e.freelancer_fee_bps / 10000, p.places) AS fee) AS f
 WHERE e.id = l.escrow_id;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_money_is_owed_and_leaves_in_parts")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

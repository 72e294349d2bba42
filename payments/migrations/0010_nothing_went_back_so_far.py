"""Lots know the client's fee earned with them; so far escrows were released whole."""

from django.db import migrations

FILL = """
UPDATE payments_lot SET gross_back = 0, amount_back = 0, client_fee = 0, client_fee_tax = 0;
UPDATE payments_lot AS l SET client_fee = e.client_fee, client_fee_tax = e.client_fee_tax
  FROM payments_escrow AS e WHERE e.id = l.escrow_id AND e.gross = l.gross;
UPDATE payments_lot AS l
   SET client_fee = coalesce(s.client_fee, 0), client_fee_tax = coalesce(s.client_fee_tax, 0)
  FROM payments_settlement AS s WHERE s.id = l.settlement_id;
UPDATE payments_openitem SET credited = 0;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_what_went_back_and_what_is_given_up")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

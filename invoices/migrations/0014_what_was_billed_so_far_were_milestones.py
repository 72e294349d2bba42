"""Invoices and fee invoices from before learn what they did not have to say then."""

from django.db import migrations

FILL = """
UPDATE invoices_invoice AS i
   SET source = 'milestone', escrow_id = m.escrow_id,
       silence_approves = i.submitted_at IS NOT NULL,
       due_on = (i.approved_at AT TIME ZONE 'UTC')::date
  FROM invoices_milestone AS m WHERE m.id = i.milestone_id;

UPDATE invoices_feeinvoice AS f
   SET contract_id = m.contract_id, title = m.title,
       cause = CASE f.side WHEN 'client' THEN 'escrow/' || e.ref || '/funded'
                           ELSE 'lot/' || l.ref END,
       invoice_id = CASE WHEN f.side = 'freelancer' THEN (
           SELECT max(i.id) FROM invoices_invoice AS i
            WHERE i.milestone_id = m.id AND i.state = 'paid') END
  FROM invoices_milestone AS m, payments_escrow AS e
  LEFT JOIN payments_lot AS l ON l.escrow_id = e.id
 WHERE m.id = f.milestone_id AND e.id = f.escrow_id;
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0013_invoices_of_more_than_milestones")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

"""What a client reads about an expense does not change; a withdrawn invoice lets it go."""

from django.db import migrations

KEEP = """
CREATE FUNCTION invoices_keep_expense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    freed invoices_expense := OLD;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        freed.invoice_id := NULL;
        IF NEW IS NOT DISTINCT FROM freed AND EXISTS (
               SELECT FROM invoices_invoice WHERE id = OLD.invoice_id AND state = 'withdrawn') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'An expense stays as it was invoiced, and on its one invoice'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER an_invoiced_expense_stays BEFORE UPDATE ON invoices_expense
    FOR EACH ROW WHEN (OLD.invoice_id IS NOT NULL AND OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION invoices_keep_expense();
CREATE TRIGGER an_expense_is_kept BEFORE DELETE ON invoices_expense
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_expense();
"""
UNKEEP = """
DROP TRIGGER an_expense_is_kept ON invoices_expense;
DROP TRIGGER an_invoiced_expense_stays ON invoices_expense;
DROP FUNCTION invoices_keep_expense();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0031_expenses_have_vouchers")]

    operations = [migrations.RunSQL(KEEP, UNKEEP)]

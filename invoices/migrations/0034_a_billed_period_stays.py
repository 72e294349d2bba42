"""What a retainer costs is fixed by the offer, and what was billed of it stays."""

from django.db import migrations

TERMS = """
CREATE TRIGGER a_retainer_costs_what_was_offered BEFORE UPDATE ON invoices_retainerterms
    FOR EACH ROW WHEN ((OLD.contract_id, OLD.cadence, OLD.currency, OLD.amount, OLD.starts_on)
        IS DISTINCT FROM (NEW.contract_id, NEW.cadence, NEW.currency, NEW.amount, NEW.starts_on))
    EXECUTE FUNCTION invoices_refuse('What a retainer costs does not change');
"""
PERIODS = """
CREATE TRIGGER a_billed_period_stays BEFORE UPDATE OR DELETE ON invoices_retainerperiod
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A period that was billed stays as it was');
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0033_retainers_have_periods")]

    operations = [
        migrations.RunSQL(
            TERMS, "DROP TRIGGER a_retainer_costs_what_was_offered ON invoices_retainerterms"
        ),
        migrations.RunSQL(PERIODS, "DROP TRIGGER a_billed_period_stays ON invoices_retainerperiod"),
    ]

"""The machine of the proposed rate, and that what was proposed stays as it was said."""

from django.db import migrations

STEPS = "proposed>accepted proposed>declined proposed>withdrawn proposed>expired"
SAID = "contract_id, currency, rate, was, reason, proposed_by_id, proposed_at, answer_by"
OLD, NEW = (", ".join(f"{row}.{name}" for name in SAID.split(", ")) for row in ("OLD", "NEW"))


class Migration(migrations.Migration):
    dependencies = [("invoices", "0045_rates_are_proposed")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('invoices_rateproposal', 'proposed', '{STEPS}')",
            "SELECT forget_machine('invoices_rateproposal')",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER a_proposal_asks_what_it_asked BEFORE UPDATE ON invoices_rateproposal"
            f" FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION"
            " invoices_refuse('What was proposed does not change: propose anew')",
            "DROP TRIGGER a_proposal_asks_what_it_asked ON invoices_rateproposal",
        ),
    ]

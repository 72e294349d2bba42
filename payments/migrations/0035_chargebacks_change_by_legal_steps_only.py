"""What becomes of a payment that a bank wants back; and what it took is no other sum tomorrow."""

from django.db import migrations

STEPS = (
    "inquiry>opened inquiry>closed opened>responded opened>won responded>won "
    "opened>lost responded>lost lost>won"
)
TAKEN = """
CREATE TRIGGER what_a_bank_took_is_final BEFORE UPDATE ON payments_chargeback FOR EACH ROW
    WHEN (OLD.charge_id <> NEW.charge_id OR OLD.dispute_id <> NEW.dispute_id
          OR OLD.currency <> NEW.currency OR OLD.taken_at IS NOT NULL
          AND (OLD.amount, OLD.cost, OLD.taken_at)
              IS DISTINCT FROM (NEW.amount, NEW.cost, NEW.taken_at))
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER a_bank_hears_us_once BEFORE UPDATE ON payments_chargeback FOR EACH ROW
    WHEN (OLD.submitted_at IS NOT NULL
          AND (OLD.submitted_at, OLD.evidence) IS DISTINCT FROM (NEW.submitted_at, NEW.evidence))
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER a_loss_is_final BEFORE UPDATE OR DELETE ON payments_chargebackpart
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_new_sum();
"""
NOT_TAKEN = """
DROP TRIGGER a_loss_is_final ON payments_chargebackpart;
DROP TRIGGER a_bank_hears_us_once ON payments_chargeback;
DROP TRIGGER what_a_bank_took_is_final ON payments_chargeback;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0034_banks_take_payments_back")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('payments_chargeback', 'inquiry', '{STEPS}')",
            "SELECT forget_machine('payments_chargeback')",
        ),
        migrations.RunSQL(
            "SELECT teach_steps('payments_escrow', '', 'held>lost')",
            "SELECT forget_steps('payments_escrow', '', 'held>lost')",
        ),
        migrations.RunSQL(TAKEN, NOT_TAKEN),
    ]

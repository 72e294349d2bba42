"""What was to be paid at once may go as others do, once; nothing becomes faster on its way."""

from django.db import migrations

BEFORE = "ROW(OLD.speed, OLD.fee_back, OLD.slowed_at, OLD.slowed_for)"
NOW = BEFORE.replace("OLD.", "NEW.")
TRIGGER = f"""
CREATE TRIGGER a_payout_slows_down_once BEFORE UPDATE ON payments_payout FOR EACH ROW
    WHEN ({BEFORE} IS DISTINCT FROM {NOW}
          AND (OLD.slowed_at IS NOT NULL OR OLD.speed <> 'instant' OR NEW.speed <> 'standard'
               OR NEW.slowed_at IS NULL OR NEW.state NOT IN ('sending', 'sent')))
    EXECUTE FUNCTION payments_refuse_new_sum()
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0058_payouts_may_be_paid_at_once")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER a_payout_slows_down_once ON payments_payout")
    ]

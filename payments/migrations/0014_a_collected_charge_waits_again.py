"""What is collected does not fail: refused, it waits for another way. A try is not rewritten."""

from django.db import migrations

STEPS = "processing>begun action_needed>begun"
WHAT_WAS_TRIED = ("collection_id", "method_id", "command_id", "round", "begun_at")
OLD, NEW = (", ".join(f"{row}.{name}" for name in WHAT_WAS_TRIED) for row in ("OLD", "NEW"))


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_charges_are_collected")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('payments_charge', '', '{STEPS}')",
            f"SELECT forget_steps('payments_charge', '', '{STEPS}')",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER tries_are_final BEFORE UPDATE ON payments_chargeattempt FOR EACH ROW"
            f" WHEN (ROW({OLD}) IS DISTINCT FROM ROW({NEW}))"
            " EXECUTE FUNCTION payments_refuse_new_sum()",
            "DROP TRIGGER tries_are_final ON payments_chargeattempt",
        ),
    ]

"""What may become of a payout method; whose it is, where it is and when it was named is final."""

from django.db import migrations

STEPS = "named>doubted doubted>named doubted>refused"
FINAL = ("organization_id", "destination", "last4", "holder", "currency", "added_at")
OLD, NEW = (", ".join(f"{row}.{name}" for name in FINAL) for row in ("OLD", "NEW"))
TRIGGERS = {
    "banks_are_final": f"ROW({OLD}) IS DISTINCT FROM ROW({NEW})",
    "a_bank_that_was_removed_is_named_anew": "OLD.removed_at IS NOT NULL"
    " AND NEW.removed_at IS DISTINCT FROM OLD.removed_at",
}


class Migration(migrations.Migration):
    dependencies = [("payments", "0060_banks_have_holders")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('payments_payoutmethod', 'named', '{STEPS}')",
            "SELECT forget_machine('payments_payoutmethod')",
        ),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON payments_payoutmethod FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION payments_refuse_new_sum()",
                f"DROP TRIGGER {name} ON payments_payoutmethod",
            )
            for name, condition in TRIGGERS.items()
        ],
    ]

"""A refund may be kept whole as credit; how much credit pays is final as every sum is."""

from django.db import migrations

KEPT = "requested>credited"
SUMS = {
    "payments_charge": "credit",
    "payments_settlement": "credit",
    "payments_refund": "to_credit",
}


class Migration(migrations.Migration):
    dependencies = [("payments", "0020_credit_is_within_what_it_pays")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('payments_refund', '', '{KEPT}')",
            f"SELECT forget_steps('payments_refund', '', '{KEPT}')",
        ),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER what_credit_pays_is_final BEFORE UPDATE ON {table} FOR EACH ROW"
                f" WHEN (OLD.{name} IS DISTINCT FROM NEW.{name})"
                " EXECUTE FUNCTION payments_refuse_new_sum()",
                f"DROP TRIGGER what_credit_pays_is_final ON {table}",
            )
            for table, name in SUMS.items()
        ],
    ]

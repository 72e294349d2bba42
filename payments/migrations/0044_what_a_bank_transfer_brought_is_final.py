"""What somebody sent by bank transfer, and to which account, is not another tomorrow."""

from django.db import migrations

FINAL = {
    "payments_banktransfer": "amount, currency, client_id, charge_id, transaction_id, reference",
    "payments_bankdetails": "payer_id, currency, customer, number",
}


def trigger(table: str, columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return (
        f"CREATE TRIGGER sums_are_final BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
        " EXECUTE FUNCTION payments_refuse_new_sum()"
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0043_bank_transfers_are_kept")]

    operations = [
        migrations.RunSQL(trigger(table, columns), f"DROP TRIGGER sums_are_final ON {table}")
        for table, columns in FINAL.items()
    ]

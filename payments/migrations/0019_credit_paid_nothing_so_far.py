"""All that was paid so far came through the provider."""

from django.db import migrations

COLUMNS = (
    ("payments_charge", "credit"),
    ("payments_settlement", "credit"),
    ("payments_refund", "to_credit"),
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0018_credit_pays_charges")]

    operations = [
        migrations.RunSQL(f"UPDATE {table} SET {name} = 0", migrations.RunSQL.noop)  # noqa: S608 -- ours
        for table, name in COLUMNS
    ]

"""The machine of the week, once more where no Python can reach."""

from django.db import migrations

WEEK = "open>locked open>closed locked>closed"


class Migration(migrations.Migration):
    dependencies = [("invoices", "0005_hourly_contracts")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('invoices_week', 'open', '{WEEK}')",
            "SELECT forget_machine('invoices_week')",
        )
    ]

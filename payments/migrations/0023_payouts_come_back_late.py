"""A withdrawal may be held before it is sent, and may come back after it was paid."""

from django.db import migrations

STEPS = "requested>held held>requested held>cancelled sent>cancelled paid>failed"


class Migration(migrations.Migration):
    dependencies = [("payments", "0022_payouts_are_held")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('payments_payout', '', '{STEPS}')",
            f"SELECT forget_steps('payments_payout', '', '{STEPS}')",
        ),
    ]

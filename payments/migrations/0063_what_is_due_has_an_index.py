from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0062_accounts_are_looked_at")]

    operations = [
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(
                name="payouts_to_send", fields=["send_at", "id"], condition=Q(state="requested")
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(name="payouts_by_transfer", fields=["transfer_id"]),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(name="payouts_by_bank_payment", fields=["payout_id"]),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(
                name="quotes_that_run_out", fields=["valid_until", "id"], condition=Q(state="open")
            ),
        ),
    ]

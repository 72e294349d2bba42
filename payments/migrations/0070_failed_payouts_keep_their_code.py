"""Why a payout failed is said in our words; the provider's own code stays for the desk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0069_some_payouts_have_no_trace")]

    operations = [
        migrations.AddField(
            model_name="payout",
            name="problem_code",
            field=models.CharField(
                blank=True, help_text="As the provider calls it", max_length=100
            ),
        ),
    ]

"""A warning may be about a payment that came beside the charge's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0049_what_goes_back_of_a_quote_is_final")]

    operations = [
        migrations.AddField(
            model_name="fraudwarning",
            name="stray",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fraud_warnings",
                to="payments.straypayment",
            ),
        ),
    ]

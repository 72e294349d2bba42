"""What is left of a payment that was given up is a payment that knows which."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0066_banks_go_and_come_back")]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successor",
                to="payments.charge",
            ),
        ),
    ]

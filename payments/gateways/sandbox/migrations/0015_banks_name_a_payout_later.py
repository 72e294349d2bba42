"""By what a bank finds a payout is known some time after it has the money."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0014_banks_are_verified"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxpayout",
            name="traced_at",
            field=models.DateTimeField(null=True),
        ),
    ]

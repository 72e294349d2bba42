"""A refund waits until the platform's balance holds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0017_banks_may_fail_to_be_verified"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxrefund",
            name="is_short",
            field=models.BooleanField(default=False, help_text="Our balance does not hold it"),
        ),
    ]

"""What is still to be told of an account's owner, and until when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0015_banks_name_a_payout_later"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxaccount",
            name="wanted",
            field=models.PositiveSmallIntegerField(default=0, help_text="Facts that are asked for"),
        ),
        migrations.AddField(
            model_name="sandboxaccount",
            name="wanted_by",
            field=models.DateTimeField(null=True),
        ),
    ]

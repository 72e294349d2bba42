"""What was deposited may be named wrongly too often: then the bank account is none of theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0016_accounts_are_asked_by_a_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxmethod",
            name="refused_at",
            field=models.DateTimeField(help_text="Could not be verified", null=True),
        ),
    ]

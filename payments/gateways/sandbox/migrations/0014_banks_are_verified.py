"""A bank account that was named on a page may have to be verified before it is saved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0013_accounts_are_looked_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxmethod",
            name="is_verified",
            field=models.BooleanField(default=True, help_text="It can be charged"),
        ),
    ]

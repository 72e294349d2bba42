"""What was refused for want of funds is refused again under the same key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0018_refunds_wait_for_funds"),
    ]

    operations = [
        migrations.AddField(
            model_name="sandboxcall",
            name="refusal",
            field=models.CharField(blank=True, max_length=300),
        ),
    ]

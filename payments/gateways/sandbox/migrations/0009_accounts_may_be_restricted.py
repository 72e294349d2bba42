from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0008_bank_transfers_are_kept")]

    operations = [
        migrations.AddField(
            model_name="sandboxaccount",
            name="problem",
            field=models.CharField(blank=True, help_text="Why it is not paid", max_length=200),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoices", "0003_what_was_agreed_does_not_change")]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="kind",
            field=models.CharField(
                choices=[
                    ("fixed", "fixed price"),
                    ("hourly", "by the hour"),
                    ("retainer", "retainer"),
                ],
                default="fixed",
                max_length=10,
            ),
        ),
    ]

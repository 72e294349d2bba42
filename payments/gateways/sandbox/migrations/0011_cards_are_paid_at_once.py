from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0010_banks_are_shown_files")]

    operations = [
        migrations.AddField(
            model_name="sandboxbank",
            name="is_card",
            field=models.BooleanField(
                default=False, help_text="A debit card, which is paid at once"
            ),
        ),
        migrations.AlterField(
            model_name="sandboxbank",
            name="behavior",
            field=models.CharField(
                choices=[
                    ("pays", "A bank that takes the money"),
                    ("closes", "A bank that has closed the account"),
                    ("returns", "A bank that takes the money, and sends it back 3 days later"),
                    ("days", "A bank that takes nothing at once, whatever it is"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="sandboxpayout",
            name="is_instant",
            field=models.BooleanField(default=False),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0011_cards_are_paid_at_once")]

    operations = [
        migrations.AddField(
            model_name="sandboxbank",
            name="holder",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]

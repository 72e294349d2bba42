"""What a card's statement says is frozen with each payment; a bank may let us debit no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0041_banks_suspect_fraud")]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="statement",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What the statement of a card says",
                max_length=22,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="unusable_since",
            field=models.DateTimeField(help_text="Its bank lets us debit it no more", null=True),
        ),
    ]

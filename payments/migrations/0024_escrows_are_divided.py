"""A part of an escrow goes to one of its own."""

import django.db.models.deletion
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0023_payouts_come_back_late")]

    operations = [
        migrations.AddField(
            model_name="escrow",
            name="divided",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross: in escrows of their own by now",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="divided_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="divided_into",
                to="payments.escrow",
            ),
        ),
    ]

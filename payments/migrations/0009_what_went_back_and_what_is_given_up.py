"""What went back of a lot, what is no longer owed, and credit that is sent back."""

import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0008_escrows_empty_in_parts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="openitem",
            name="nobody_pays_more_than_they_owe",
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="refund_comes_out_of_one_place",
        ),
        migrations.AddField(
            model_name="lot",
            name="amount_back",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: went back with it",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="client_fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Ours, earned with it",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="client_fee_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="VAT on that",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="gross_back",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross: went back to the client later",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="credited",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the total: no longer owed, by credit notes",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="reminders",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="openitem",
            name="written_off_at",
            field=models.DateTimeField(null=True),
        ),
        *(
            migrations.AddField(
                model_name="refund",
                name=name,
                field=djmoney.models.fields.MoneyField(
                    currency_field_name="currency", decimal_places=3, max_digits=15, null=True
                ),
            )
            for name in ("client_fee", "client_fee_tax")
        ),
        migrations.AddField(
            model_name="refund",
            name="is_credit",
            field=models.BooleanField(default=False, help_text="The client's credit, sent back"),
        ),
    ]

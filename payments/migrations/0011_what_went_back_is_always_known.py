"""What the rows before were filled in with is required from now on."""

import django.db.models.expressions
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0010_nothing_went_back_so_far"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lot",
            name="amount_back",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: went back with it",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="client_fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Ours, earned with it",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="client_fee_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="VAT on that",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="gross_back",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross: went back to the client later",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="openitem",
            name="credited",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the total: no longer owed, by credit notes",
                max_digits=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross_back__gte", 0),
                    ("gross_back__lte", models.F("gross")),
                    ("amount_back__gte", 0),
                    ("amount_back__lte", models.F("amount")),
                ),
                name="no_more_goes_back_than_a_lot_brought",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credited__gte", 0),
                    ("paid__gte", 0),
                    (
                        "paid__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("gross"), "+", models.F("client_fee")
                                ),
                                "+",
                                models.F("client_fee_tax"),
                            ),
                            "-",
                            models.F("credited"),
                        ),
                    ),
                ),
                name="nobody_pays_more_than_they_owe",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("escrow__isnull", True), ("is_credit", False), ("stray__isnull", False)
                    ),
                    models.Q(
                        ("escrow__isnull", False), ("is_credit", False), ("stray__isnull", True)
                    ),
                    models.Q(
                        ("escrow__isnull", True), ("is_credit", True), ("stray__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="refund_comes_out_of_one_place",
            ),
        ),
    ]

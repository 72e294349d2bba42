"""What the rows before were filled in with is required from now on."""

import django.db.models.deletion
import django.db.models.expressions
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_what_left_escrows_so_far"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escrow",
            name="document",
            field=models.CharField(help_text="milestone/K7Q2…: whose money it is", max_length=60),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="refunded",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross, so far",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="released",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross, so far",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="title",
            field=models.CharField(help_text="In the words of the payer's receipt", max_length=200),
        ),
        migrations.AlterField(
            model_name="lot",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organization",
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Ours, on the net",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="fee_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="VAT on our fee",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="gross",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="With the freelancer's own VAT",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="net",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the price of the work",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="settlement",
            name="kept",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: not needed any more, the client's credit",
                max_digits=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="escrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded__gte", 0),
                    ("released__gte", 0),
                    (
                        "released__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross"), "-", models.F("refunded")
                        ),
                    ),
                ),
                name="no_more_leaves_an_escrow_than_it_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="escrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("refunded", 0), ("released", 0), ("state__in", ["expected", "dropped"])
                    ),
                    models.Q(
                        (
                            "released__lt",
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("refunded")
                            ),
                        ),
                        ("state", "held"),
                    ),
                    models.Q(
                        ("refunded", 0), ("released", models.F("gross")), ("state", "released")
                    ),
                    models.Q(
                        ("refunded", models.F("gross")), ("released", 0), ("state", "refunded")
                    ),
                    models.Q(
                        ("refunded__gt", 0),
                        ("released__gt", 0),
                        ("state", "split"),
                        (
                            "released",
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("refunded")
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="what_left_an_escrow_says_how_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("fee")
                            ),
                            "-",
                            models.F("fee_tax"),
                        ),
                    )
                ),
                name="lot_is_the_gross_less_our_fee",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("escrow__isnull", False), ("settlement__isnull", True)),
                    models.Q(("escrow__isnull", True), ("settlement__isnull", False)),
                    _connector="OR",
                ),
                name="lot_comes_from_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("escrow__isnull", False), ("open_item__isnull", True)),
                    models.Q(("escrow__isnull", True), ("open_item__isnull", False)),
                    _connector="OR",
                ),
                name="settlement_is_to_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept__gte", 0), ("kept__lte", models.F("amount"))),
                name="no_more_is_kept_than_came",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                fields=("charge", "escrow", "open_item"),
                name="a_charge_settles_a_thing_once",
                nulls_distinct=False,
            ),
        ),
    ]

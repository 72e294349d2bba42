"""What is owed where nothing is held; and an escrow that empties in parts."""

import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import djmoney.models.fields
from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_clients_save_ways_to_pay"),
        ("people", "0002_an_organization_keeps_a_live_owner"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenItem",
            fields=[
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.CharField(help_text="milestone/K7Q2…: whose money it is", max_length=60),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="In the words of the payer's receipt", max_length=200
                    ),
                ),
                (
                    "net",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="The price of the work",
                        max_digits=15,
                    ),
                ),
                (
                    "tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="The freelancer's own VAT on it",
                        max_digits=15,
                    ),
                ),
                (
                    "gross",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="Net and tax: what the work is worth to the freelancer",
                        max_digits=15,
                    ),
                ),
                (
                    "client_fee",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="What the client pays us on top",
                        max_digits=15,
                    ),
                ),
                (
                    "client_fee_tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="VAT on the client's fee",
                        max_digits=15,
                    ),
                ),
                ("freelancer_fee_bps", models.PositiveSmallIntegerField()),
                ("freelancer_fee_tax_bps", models.PositiveSmallIntegerField()),
                ("fee_tax_country_client", models.CharField(max_length=2)),
                ("fee_tax_country_freelancer", models.CharField(max_length=2)),
                ("security_days", models.PositiveSmallIntegerField()),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "paid",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="Of the total, so far",
                        max_digits=15,
                    ),
                ),
                (
                    "is_advanced",
                    models.BooleanField(
                        default=False,
                        help_text="The freelancer has been paid: what arrives is the platform's",
                    ),
                ),
                ("due_on", models.DateField()),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="escrow",
            name="document",
            field=models.CharField(
                help_text="milestone/K7Q2…: whose money it is", max_length=60, null=True
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="funded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="funds",
                to="payments.charge",
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="outlives_charge",
            field=models.BooleanField(
                default=False, help_text="Waits for another payment where one fails"
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="refunded",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross, so far",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="released",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross, so far",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="escrow",
            name="title",
            field=models.CharField(
                help_text="In the words of the payer's receipt", max_length=200, null=True
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organization",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Ours, on the net",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="fee_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="VAT on our fee",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="gross",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="With the freelancer's own VAT",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="net",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the price of the work",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="settlement",
            field=models.OneToOneField(
                help_text="Nothing was held",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lot",
                to="payments.settlement",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="client_fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: our fee, known once it arrived",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="client_fee_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: VAT on that fee",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="kept",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: not needed any more, the client's credit",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="client_fee",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="What the client pays us on top",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="gross",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Net and tax: what the work is worth to the freelancer",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="escrow",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("expected", "waiting for the payment"),
                    ("held", "held"),
                    ("dropped", "never paid"),
                    ("released", "released"),
                    ("refunded", "refunded"),
                    ("split", "released in part, the rest refunded"),
                ],
                default="expected",
                editable=False,
                max_length=50,
                protected=True,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="amount",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="What is the freelancer's",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="escrow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lots",
                to="payments.escrow",
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="escrow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="payments.escrow",
            ),
        ),
        migrations.AlterField(
            model_name="settlement",
            name="escrow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="payments.escrow",
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organization",
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="freelancer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organization",
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="open_item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="payments.openitem",
            ),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["client", "due_on"],
                name="open_items_by_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("net__gt", 0), ("net__lte", 1000000000)),
                name="open_item_asks_for_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net"), "+", models.F("tax")
                        ),
                    )
                ),
                name="open_item_gross_is_net_and_tax",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("client_fee__gte", 0), ("client_fee_tax__gte", 0), ("tax__gte", 0)
                ),
                name="open_item_fees_and_taxes_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("freelancer_fee_bps__lte", 10000), ("freelancer_fee_tax_bps__lte", 10000)
                ),
                name="open_item_rates_are_shares",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("client", models.F("freelancer")), _negated=True),
                name="nobody_owes_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid__gte", 0),
                    (
                        "paid__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "+", models.F("client_fee")
                            ),
                            "+",
                            models.F("client_fee_tax"),
                        ),
                    ),
                ),
                name="nobody_pays_more_than_they_owe",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.UniqueConstraint(
                fields=("document",), name="a_document_is_owed_once"
            ),
        ),
    ]

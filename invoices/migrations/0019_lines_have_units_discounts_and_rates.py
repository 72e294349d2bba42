import django.db.models.deletion
import djmoney.models.fields
from django.conf import settings
from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0018_credits_are_for_good_and_within_what_was_billed"),
        ("people", "0006_a_vat_id_may_be_of_unknown_form"),
        ("platform", "0006_a_series_has_a_first_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceTax",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("standard", "VAT at the freelancer's rate"),
                            ("reverse_charge", "reverse charge"),
                            ("exempt", "exempt from VAT"),
                            ("outside", "outside the scope of VAT"),
                        ],
                        max_length=20,
                    ),
                ),
                ("bps", models.PositiveSmallIntegerField()),
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
                    "discount",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "net",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
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
                ("fields", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="invoiceline",
            name="line_asks_for_something",
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency", decimal_places=3, max_digits=15, null=True
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_bps",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_net",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency", decimal_places=3, max_digits=15, null=True
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="prices_include_tax",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="amount_with_tax",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency", decimal_places=3, max_digits=15, null=True
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="discount",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency", decimal_places=3, max_digits=15, null=True
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="discount_bps",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="discount_share",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency", decimal_places=3, max_digits=15, null=True
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="unit",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="invoiceline",
            name="quantity",
            field=models.DecimalField(decimal_places=4, default=1, max_digits=11),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("discount__isnull", True),
                        ("discount_bps", 0),
                        ("discount_net__isnull", True),
                    ),
                    models.Q(
                        ("discount__gte", models.F("discount_net")),
                        ("discount_bps__lte", 10000),
                        ("discount_net__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="discount_of_an_invoice_is_no_surcharge",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("quantity__gt", 0)),
                name="line_asks_for_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discount__isnull", True), ("discount_bps", 0)),
                    models.Q(("discount__gte", 0), ("discount_bps__lte", 10000)),
                    _connector="OR",
                ),
                name="discount_of_a_line_is_no_surcharge",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_share__isnull", True),
                    models.Q(
                        ("discount_share__gte", 0), ("discount_share__lte", models.F("amount"))
                    ),
                    _connector="OR",
                ),
                name="discount_on_the_whole_is_within_the_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tax_bps__lte", 5000), ("tax_treatment", "standard")),
                    ("tax_bps", 0),
                    _connector="OR",
                ),
                name="only_standard_lines_have_a_rate",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_with_tax__isnull", True),
                    ("amount_with_tax__gte", models.F("amount")),
                    _connector="OR",
                ),
                name="tax_in_a_price_makes_it_no_less",
            ),
        ),
        migrations.AddField(
            model_name="invoicetax",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="taxes",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoicetemplate",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_templates",
                to="people.organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetax",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("net__gte", 0), ("tax__gte", 0)),
                name="tax_of_a_rate_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetax",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bps__lte", 5000), ("treatment", "standard")),
                    models.Q(("bps", 0), ("tax", 0)),
                    _connector="OR",
                ),
                name="only_standard_treatment_is_taxed",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetax",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("treatment", "standard"),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="untaxed_lines_say_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetax",
            constraint=models.UniqueConstraint(
                fields=("invoice", "treatment", "bps"), name="a_rate_is_summed_up_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="template_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetemplate",
            constraint=models.UniqueConstraint(
                fields=("organization", "name"),
                name="templates_of_an_organization_have_different_names",
            ),
        ),
    ]

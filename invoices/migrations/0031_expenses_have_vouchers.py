import django.db.models.deletion
import djmoney.models.fields
from django.conf import settings
from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0030_an_approval_stands_until_it_is_cleared"),
        ("platform", "0006_a_series_has_a_first_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Expense",
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
                ("spent_on", models.DateField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("travel", "travel"),
                            ("lodging", "lodging"),
                            ("meals", "meals"),
                            ("material", "material"),
                            ("software", "software and licenses"),
                            ("services", "services of others"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("merchant", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, max_length=300)),
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
                    "gross",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("tax_bps", models.PositiveSmallIntegerField(default=0)),
                (
                    "tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="invoices.contract",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.file",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("invoice__isnull", True), ("removed_at__isnull", True)),
                        fields=["contract"],
                        name="expenses_to_invoice",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gross__gt", 0), ("gross__lte", 1000000000)),
                        name="an_expense_was_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tax__gte", 0), ("tax__lt", models.F("gross")), ("tax_bps__lte", 5000)
                        ),
                        name="tax_is_part_of_an_expense",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_at__isnull", True), ("invoice__isnull", True), _connector="OR"
                        ),
                        name="a_removed_expense_is_not_invoiced",
                    ),
                ],
            },
        ),
    ]

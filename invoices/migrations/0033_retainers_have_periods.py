import django.db.models.deletion
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0032_an_invoiced_expense_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetainerPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("billed_days", models.PositiveSmallIntegerField()),
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
                    "amount",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("billed_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="invoices.contract",
                    ),
                ),
                (
                    "invoice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="period",
                        to="invoices.invoice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "starts_on"), name="a_period_is_billed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("billed_days__lte", models.F("days")),
                            ("ends_on__gte", models.F("starts_on")),
                        ),
                        name="a_period_has_its_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), ("invoice__isnull", True)),
                            models.Q(
                                ("amount__gt", 0),
                                ("billed_days__gt", 0),
                                ("invoice__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_period_with_an_amount_has_its_invoice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetainerTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cadence",
                    models.CharField(
                        choices=[("weekly", "week"), ("monthly", "month")], max_length=10
                    ),
                ),
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
                    "amount",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("bills_on", models.DateField(null=True)),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retainer",
                        to="invoices.contract",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "retainer terms",
                "indexes": [
                    models.Index(
                        condition=models.Q(("bills_on__isnull", False)),
                        fields=["bills_on"],
                        name="retainers_to_bill",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 1000000000)),
                        name="a_retainer_costs_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cadence__in", ["weekly", "monthly"])),
                        name="a_retainer_is_weekly_or_monthly",
                    ),
                ],
            },
        ),
    ]

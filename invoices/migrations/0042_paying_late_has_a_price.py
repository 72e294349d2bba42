"""What paying late costs, and what it has cost."""

import django.db.models.deletion
import djmoney.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0041_a_part_bills_what_it_billed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoice",
            name="source",
            field=models.CharField(
                choices=[
                    ("milestone", "milestone"),
                    ("week", "hours of a week"),
                    ("period", "retainer period"),
                    ("bonus", "bonus"),
                    ("expenses", "expenses"),
                    ("lines", "written by hand"),
                    ("late_fee", "late fee"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="LateFee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "invoice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_fee",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "overdue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_fees",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("overdue", "period"), name="a_period_costs_one_late_fee"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invoice__isnull", False), ("waived_by__isnull", True)),
                            models.Q(("invoice__isnull", True), ("waived_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_late_fee_is_billed_or_waived",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateFeePolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "fixed",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15, null=True
                    ),
                ),
                ("monthly_bps", models.PositiveSmallIntegerField(default=0)),
                ("grace_days", models.PositiveSmallIntegerField(default=7)),
                ("cap_bps", models.PositiveSmallIntegerField(default=1000)),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_fee_policy",
                        to="invoices.contract",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "late fee policies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fixed__gt", 0), ("monthly_bps", 0)),
                            models.Q(("fixed__isnull", True), ("monthly_bps__range", (1, 500))),
                            _connector="OR",
                        ),
                        name="a_late_fee_is_a_sum_or_a_part",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cap_bps__range", (1, 2500)), ("grace_days__lte", 60)),
                        name="a_late_fee_has_a_cap_and_a_grace",
                    ),
                ],
            },
        ),
    ]

import datetime as dt

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0079_a_lot_may_be_all_fee"),
        ("people", "0011_sign_ins_are_noted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseRate",
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
                ("per_euro", models.DecimalField(decimal_places=10, max_digits=20)),
                ("reason", models.CharField(help_text="Where it is from", max_length=300)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("is_confirmed", models.BooleanField(default=False)),
                (
                    "ended_at",
                    models.DateTimeField(help_text="Before its time, by one of us", null=True),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per_euro__gt", 0), models.Q(("currency", "EUR"), _negated=True)
                        ),
                        name="a_rate_of_ours_is_more_than_nothing_and_not_of_the_euro",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="a_rate_of_ours_says_where_it_is_from",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__gt", models.F("valid_from")),
                            (
                                "valid_until__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("valid_from"),
                                    "+",
                                    models.Value(dt.timedelta(days=7)),
                                ),
                            ),
                        ),
                        name="a_rate_of_ours_ends_within_a_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_confirmed", False),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="another_person_confirms_a_rate_of_ours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_decided_rate_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("is_confirmed", True),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_rate_that_stood_is_ended",
                    ),
                ],
            },
        ),
    ]

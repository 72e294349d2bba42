"""What an escrow holds is less what was divided off it."""

import django.db.models.expressions
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0025_no_escrow_was_divided_so_far"),
        ("people", "0007_documents_have_a_language"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="escrow",
            name="no_more_leaves_an_escrow_than_it_held",
        ),
        migrations.RemoveConstraint(
            model_name="escrow",
            name="what_left_an_escrow_says_how_it_ended",
        ),
        migrations.AlterField(
            model_name="escrow",
            name="divided",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the gross: in escrows of their own by now",
                max_digits=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="escrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("divided__gte", 0),
                    ("refunded__gte", 0),
                    ("released__gte", 0),
                    (
                        "released__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("refunded")
                            ),
                            "-",
                            models.F("divided"),
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
                        ("divided", 0),
                        ("refunded", 0),
                        ("released", 0),
                        ("state__in", ["expected", "dropped"]),
                    ),
                    models.Q(
                        (
                            "released__lt",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("gross"), "-", models.F("refunded")
                                ),
                                "-",
                                models.F("divided"),
                            ),
                        ),
                        ("state", "held"),
                    ),
                    models.Q(
                        ("refunded", 0),
                        (
                            "released",
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("divided")
                            ),
                        ),
                        ("state", "released"),
                    ),
                    models.Q(
                        (
                            "refunded",
                            django.db.models.expressions.CombinedExpression(
                                models.F("gross"), "-", models.F("divided")
                            ),
                        ),
                        ("released", 0),
                        ("state", "refunded"),
                    ),
                    models.Q(
                        ("refunded__gt", 0),
                        ("released__gt", 0),
                        ("state", "split"),
                        (
                            "released",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("gross"), "-", models.F("refunded")
                                ),
                                "-",
                                models.F("divided"),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="what_left_an_escrow_says_how_it_ended",
            ),
        ),
    ]

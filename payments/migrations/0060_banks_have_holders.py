"""Whose a payout method is, as the provider tells it, and what was decided of that."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0059_a_payout_slows_down_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutMethodChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.CharField(max_length=50)),
                ("became", models.CharField(max_length=50)),
                ("step", models.CharField(max_length=50)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="payoutmethod",
            name="holder",
            field=models.CharField(
                blank=True, help_text="As the provider tells it", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="payoutmethod",
            name="review_on",
            field=models.DateField(help_text="Decided by then, while it is doubted", null=True),
        ),
        migrations.AddField(
            model_name="payoutmethod",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("named", "named"),
                    ("doubted", "its name is looked at"),
                    ("refused", "not accepted"),
                ],
                default="named",
                editable=False,
                max_length=50,
                protected=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutmethod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "doubted"), _negated=True),
                    models.Q(("review_on__isnull", False), models.Q(("holder", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_doubted_bank_says_whose_it_is_and_until_when_we_look",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutmethod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    ("removed_at__isnull", False),
                    _connector="OR",
                ),
                name="a_refused_bank_is_removed",
            ),
        ),
        migrations.AddField(
            model_name="payoutmethodchange",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payoutmethodchange",
            name="payout_method",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="payments.payoutmethod",
            ),
        ),
    ]

"""What the rows before were filled in with is required from now on."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0014_what_was_billed_so_far_were_milestones"),
    ]

    operations = [
        migrations.AlterField(
            model_name="feeinvoice",
            name="cause",
            field=models.CharField(max_length=80),
        ),
        migrations.AlterField(
            model_name="feeinvoice",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fee_invoices",
                to="invoices.contract",
            ),
        ),
        migrations.AlterField(
            model_name="feeinvoice",
            name="title",
            field=models.CharField(max_length=200),
        ),
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
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["fixed", "hourly", "retainer"])),
                name="contract_is_of_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="feeinvoice",
            constraint=models.UniqueConstraint(
                fields=("cause", "side"), name="a_fee_is_invoiced_once_per_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True),
                    models.Q(
                        ("answer_by__gt", models.F("submitted_at")), ("submitted_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="submitted_invoice_has_a_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("milestone__isnull", False), ("source", "milestone")),
                    models.Q(
                        models.Q(("source", "milestone"), _negated=True),
                        ("milestone__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="invoice_of_a_milestone_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escrow__isnull", True), ("open_item__isnull", True), _connector="OR"
                ),
                name="invoice_is_paid_from_what_is_held_or_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("silence_approves", False),
                    ("source__in", ["milestone", "week", "period"]),
                    _connector="OR",
                ),
                name="only_what_was_agreed_is_approved_by_silence",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("net_days__lte", 180)), name="invoice_is_due_within_half_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("supplied_from__isnull", True), ("supplied_to__isnull", True)),
                    ("supplied_to__gte", models.F("supplied_from")),
                    _connector="OR",
                ),
                name="supply_has_a_beginning_and_an_end",
            ),
        ),
    ]

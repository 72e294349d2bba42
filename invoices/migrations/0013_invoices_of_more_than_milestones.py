"""An invoice bills a milestone, a week, a period, a bonus, expenses, or lines."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0012_a_verdict_stays"),
        ("payments", "0007_every_sum_is_known"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="feeinvoice",
            name="one_fee_invoice_per_side_of_an_escrow",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="submitted_invoice_has_a_deadline",
        ),
        migrations.RemoveIndex(
            model_name="invoice",
            name="reviews_running",
        ),
        migrations.RenameField(
            model_name="invoice",
            old_name="auto_approve_at",
            new_name="answer_by",
        ),
        migrations.AddField(
            model_name="feeinvoice",
            name="cause",
            field=models.CharField(max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="feeinvoice",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fee_invoices",
                to="invoices.contract",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="feeinvoice",
            name="invoice",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fee_invoices",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="feeinvoice",
            name="title",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="cost_center",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="invoice",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="escrow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.escrow",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="language",
            field=models.CharField(default="en", max_length=5),
        ),
        migrations.AddField(
            model_name="invoice",
            name="net_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="note",
            field=models.TextField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name="invoice",
            name="open_item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.openitem",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="project",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="invoice",
            name="silence_approves",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
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
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="supplied_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="supplied_to",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="feeinvoice",
            name="escrow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.escrow",
            ),
        ),
        migrations.AlterField(
            model_name="feeinvoice",
            name="milestone",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fee_invoices",
                to="invoices.milestone",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss_issued",
                to="people.organization",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="milestone",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="invoices.milestone",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss_received",
                to="people.organization",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state", "submitted")),
                fields=["answer_by"],
                name="reviews_running",
            ),
        ),
    ]

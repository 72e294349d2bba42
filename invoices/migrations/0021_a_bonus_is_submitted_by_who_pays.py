from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoices", "0020_lines_of_a_seen_invoice_stay")]

    operations = [
        migrations.RemoveConstraint(model_name="invoice", name="submitted_invoice_has_a_deadline"),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                name="submitted_invoice_has_a_deadline",
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True),
                    ("answer_by__gt", models.F("submitted_at")),
                    _connector="OR",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                name="somebody_submits_what_was_worked_or_written",
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True),
                    models.Q(("source__in", ["milestone", "expenses", "lines"]), _negated=True),
                    ("submitted_by__isnull", False),
                    _connector="OR",
                ),
            ),
        ),
    ]

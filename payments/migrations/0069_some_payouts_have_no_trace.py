"""Some banks tell of nothing by which they find a payout: then nobody waits for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0068_only_what_was_given_up_is_replaced")]

    operations = [
        migrations.AddField(
            model_name="payout",
            name="untraced_at",
            field=models.DateTimeField(help_text="Its bank gives no trace", null=True),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                name="what_has_a_trace_is_not_without_one",
                condition=models.Q(("trace", ""), ("untraced_at__isnull", True), _connector="OR"),
            ),
        ),
    ]

"""What is less than can be charged waits for the next charge, and is not late meanwhile."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0063_what_is_due_has_an_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="collection",
            name="waits_for_more",
            field=models.BooleanField(
                default=False,
                help_text="Too little to be charged: it comes with the next charge",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=Q(waits_for_more=False)
                | Q(late_since__isnull=True, next_try_at__isnull=True),
                name="nobody_is_late_with_what_is_too_little_to_be_charged",
            ),
        ),
    ]

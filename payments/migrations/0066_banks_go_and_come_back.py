"""A bank that the provider removed, or cannot pay to, may be there again another day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0065_a_parked_event_is_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="payoutmethod",
            name="is_gone",
            field=models.BooleanField(default=False, help_text="Removed as the provider says so"),
        ),
        migrations.AddConstraint(
            model_name="payoutmethod",
            constraint=models.CheckConstraint(
                condition=Q(is_gone=False) | Q(removed_at__isnull=False),
                name="a_bank_that_is_gone_is_removed",
            ),
        ),
    ]

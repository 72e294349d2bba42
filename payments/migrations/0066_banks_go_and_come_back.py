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
        migrations.AlterField(
            model_name="payoutmethod",
            name="destination",
            field=models.CharField(help_text="ba_…", max_length=255),
        ),
        migrations.AddConstraint(
            model_name="payoutmethod",
            constraint=models.UniqueConstraint(
                condition=Q(removed_at__isnull=True),
                fields=("destination",),
                name="a_bank_is_named_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutmethod",
            constraint=models.CheckConstraint(
                condition=Q(is_gone=False) | Q(removed_at__isnull=False),
                name="a_bank_that_is_gone_is_removed",
            ),
        ),
    ]

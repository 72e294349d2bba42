"""A person may leave an event that nobody can read as it is."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0064_too_little_waits_for_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatewayevent",
            name="left_at",
            field=models.DateTimeField(
                help_text="A person looked, and left it as it is", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewayevent",
            constraint=models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(parked_at__isnull=False),
                name="only_a_parked_event_is_left_as_it_is",
            ),
        ),
    ]

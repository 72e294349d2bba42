"""One person gives up about as much alone in every currency: EUR 1,000, JPY 100,000, KWD 300."""

from decimal import Decimal

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0051_documents_find_their_money"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chargeback",
            name="above_a_limit_two_people_give_a_case_up",
        ),
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_up_at", None),
                    models.Q(
                        ("amount__lte", 1000),
                        models.Q(("currency__in", ["JPY", "KWD", "SEK"]), _negated=True),
                    ),
                    models.Q(("amount__lte", Decimal(100000)), ("currency", "JPY")),
                    models.Q(("amount__lte", Decimal("300.0")), ("currency", "KWD")),
                    models.Q(("amount__lte", Decimal(10000)), ("currency", "SEK")),
                    models.Q(
                        ("give_up_asked_by__isnull", False),
                        models.Q(("submitted_by", models.F("give_up_asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="above_a_limit_two_people_give_a_case_up",
            ),
        ),
    ]

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("invoices", "0053_what_is_due_has_an_index")]

    operations = [
        migrations.RemoveConstraint(model_name="feeinvoice", name="fee_asks_for_something"),
        migrations.AddConstraint(
            model_name="feeinvoice",
            constraint=models.CheckConstraint(
                condition=Q(net__gte=0, tax__gte=0, gross__gt=0, base__gte=0),
                name="fee_asks_for_something",
            ),
        ),
    ]

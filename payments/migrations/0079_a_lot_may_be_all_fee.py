from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0078_lots_say_when_a_bank_let_go_of_them")]

    operations = [
        migrations.RemoveConstraint(model_name="lot", name="lot_brings_something"),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=Q(gross__gt=0, amount__gte=0), name="lot_brings_something"
            ),
        ),
    ]

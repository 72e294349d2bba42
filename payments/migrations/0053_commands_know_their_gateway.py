"""A command goes to the gateway that it was written for, whichever new ones go to."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0052_limits_are_about_as_much_in_each_currency")]

    operations = [
        migrations.AddField(
            model_name="gatewaycommand",
            name="gateway",
            field=models.CharField(default="sandbox", max_length=20),
            preserve_default=False,  # No other has ever been called so far.
        ),
        migrations.AddConstraint(
            model_name="gatewaycommand",
            constraint=models.CheckConstraint(
                name="a_command_knows_its_gateway", condition=~Q(gateway="")
            ),
        ),
    ]

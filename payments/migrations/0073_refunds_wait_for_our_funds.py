"""The provider may hold a refund until our balance there holds what is to go back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0072_methods_that_could_not_be_verified")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="short_since",
            field=models.DateTimeField(
                help_text="Our balance at the provider lacks it: it waits there", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                name="only_what_is_on_its_way_waits_for_our_funds",
                condition=models.Q(
                    ("short_since__isnull", True), ("state", "sent"), _connector="OR"
                ),
            ),
        ),
    ]

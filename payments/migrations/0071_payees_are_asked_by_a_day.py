"""What the provider still wants to know of a payee, and until when it pays them without."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0070_failed_payouts_keep_their_code")]

    operations = [
        migrations.AddField(
            model_name="payee",
            name="wanted",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Facts that the provider asks for"
            ),
        ),
        migrations.AddField(
            model_name="payee",
            name="wanted_by",
            field=models.DateTimeField(
                help_text="It pays nothing after that, while they are missing", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="payee",
            constraint=models.CheckConstraint(
                name="a_payees_deadline_is_for_something_that_is_asked",
                condition=models.Q(("wanted_by__isnull", True), ("wanted__gt", 0), _connector="OR"),
            ),
        ),
    ]

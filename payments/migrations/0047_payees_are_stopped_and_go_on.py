"""A payee may lose what it needs to be paid, and a payout has a trace by which banks find it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0046_a_restriction_changes_by_steps_only")]

    operations = [
        migrations.AddField(
            model_name="payee",
            name="stopped_at",
            field=models.DateTimeField(
                help_text="Could be paid, and cannot since: what is to be sent waits", null=True
            ),
        ),
        migrations.AddField(
            model_name="payee",
            name="short_at",
            field=models.DateTimeField(
                help_text="Their account lacked what we had moved there: somebody has to look",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="payout",
            name="trace",
            field=models.CharField(blank=True, help_text="By which banks find it", max_length=100),
        ),
    ]

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0010_rows_are_exported_on_paper")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="failed_at",
            field=models.DateTimeField(help_text="Its job was given up", null=True),
        ),
        migrations.AddField(
            model_name="export",
            name="problem",
            field=models.CharField(blank=True, help_text="Read by staff", max_length=300),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                name="a_failed_export_is_neither_finished_nor_cancelled",
                condition=Q(failed_at=None, problem="")
                | Q(failed_at__isnull=False, finished_at=None, cancelled_at=None),
            ),
        ),
    ]

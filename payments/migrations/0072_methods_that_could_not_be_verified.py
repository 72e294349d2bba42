"""A way to pay that could not be verified was never saved; its client reads why."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("payments", "0071_payees_are_asked_by_a_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailedMethod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("setup_id", models.CharField(help_text="seti_…", max_length=255, unique=True)),
                ("label", models.CharField(max_length=100)),
                ("last4", models.CharField(blank=True, max_length=4)),
                ("problem", models.CharField(help_text="Read by the client", max_length=300)),
                (
                    "problem_code",
                    models.CharField(help_text="As the provider calls it", max_length=100),
                ),
                ("failed_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="failed_methods",
                        to="people.organization",
                    ),
                ),
            ],
        ),
    ]

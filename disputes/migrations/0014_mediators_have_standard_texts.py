import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0013_nobody_judges_their_own_cause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StandardText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("question", "asking a side"),
                            ("ruling", "proposing or deciding"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="disputes.standardtext",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(retired_at__isnull=True),
                        fields=("purpose", "title"),
                        name="a_standard_text_is_found_by_its_title",
                    ),
                    models.CheckConstraint(
                        condition=~Q(title="") & ~Q(text=""),
                        name="a_standard_text_says_something",
                    ),
                    models.CheckConstraint(
                        condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("at")),
                        name="a_standard_text_is_retired_after_it_was_written",
                    ),
                ],
            },
        ),
    ]

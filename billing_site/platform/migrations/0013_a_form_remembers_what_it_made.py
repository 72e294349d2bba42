"""A form that is sent again is answered with what it made, and not with what came last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0012_private_letters_are_forgotten")]

    operations = [
        migrations.AddField(
            "operation", "made", models.CharField(blank=True, default="", max_length=400)
        ),
        migrations.AlterField("operation", "made", models.CharField(blank=True, max_length=400)),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0015_standard_texts_stay_as_they_were")]

    operations = [
        migrations.AlterField(
            model_name="offer",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "accepted"),
                    ("met", "met by the other side's figure"),
                    ("replaced", "replaced by another one"),
                    ("expired", "expired"),
                    ("decided", "overtaken by the decision"),
                    ("closed", "the case ended otherwise"),
                ],
                max_length=10,
            ),
        ),
    ]

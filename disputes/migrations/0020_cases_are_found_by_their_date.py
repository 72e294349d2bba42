"""The desk lists cases by their next date, however many there are."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("disputes", "0019_a_case_before_an_arbiter_is_not_withdrawn")]

    operations = [
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                F("act_by").asc(nulls_last=True),
                F("opened_at").desc(),
                F("id").asc(),
                name="cases_by_date",
            ),
        ),
    ]

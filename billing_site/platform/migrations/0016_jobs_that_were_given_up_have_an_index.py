from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("platform", "0015_files_that_people_sent")]

    operations = [
        migrations.AddIndex(
            model_name="job",
            index=models.Index("finished_at", name="jobs_given_up", condition=Q(state="dead")),
        ),
    ]

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("platform", "0016_jobs_that_were_given_up_have_an_index")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                name="unread_notices", fields=["user_id"], condition=Q(read_at=None)
            ),
        ),
    ]

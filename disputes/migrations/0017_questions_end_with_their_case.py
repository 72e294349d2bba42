from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("disputes", "0016_a_decision_overtakes_figures")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                name="a_question_that_a_case_has_left_was_open",
                condition=Q(ended_at__isnull=True)
                | Q(answered_at__isnull=True, unanswered_at__isnull=True, ended_at__gte=F("at")),
            ),
        ),
        migrations.RemoveConstraint(model_name="question", name="one_question_at_a_time"),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                name="one_question_at_a_time",
                fields=["dispute"],
                condition=Q(
                    answered_at__isnull=True, unanswered_at__isnull=True, ended_at__isnull=True
                ),
            ),
        ),
    ]

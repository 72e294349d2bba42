from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0017_questions_end_with_their_case")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="stage",
            field=models.CharField(
                choices=[
                    ("proposal", "proposal"),
                    ("first", "decision"),
                    ("appeal", "decision on appeal"),
                    ("award", "award"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="basis",
            field=models.CharField(
                choices=[
                    ("proposal", "it is proposed to both sides"),
                    ("hours", "hours are decided by the rules of protection"),
                    ("small", "so small a claim is decided at once"),
                    ("unanswered", "the mediator's question was not answered"),
                    ("appeal", "it was appealed"),
                    ("arbitration", "both sides chose arbitration"),
                ],
                max_length=12,
            ),
        ),
    ]

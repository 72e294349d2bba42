from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_one_name_is_lent_to_one_person_at_a_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="taxprofile",
            name="evidence",
            field=models.JSONField(
                default=list,
                help_text="What speaks for the country, by which rule, and since when.",
            ),
        ),
        migrations.AlterField(
            model_name="taxprofile",
            name="vat_id_check",
            field=models.CharField(
                choices=[
                    ("none", "no VAT ID given"),
                    ("form", "its form and check digits are right"),
                    ("unknown", "no rule is known for its form"),
                ],
                default="none",
                max_length=10,
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_a_vat_id_may_be_of_unknown_form"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="document_language",
            field=models.CharField(
                choices=[("en", "English"), ("de", "Deutsch")],
                default="en",
                help_text="Of the documents that it receives.",
                max_length=5,
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_language__in", ["en", "de"])),
                name="document_language_is_one_that_we_write",
            ),
        ),
    ]

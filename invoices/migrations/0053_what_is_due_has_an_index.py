from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("invoices", "0052_an_invoice_asks_for_what_is_held")]

    operations = [
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                name="milestones_with_money",
                fields=["escrow"],
                condition=Q(state__in=["funding", "funded"]),
            ),
        ),
        migrations.AddIndex(
            model_name="week",
            index=models.Index(name="weeks_to_close", fields=["id"], condition=Q(state="locked")),
        ),
    ]

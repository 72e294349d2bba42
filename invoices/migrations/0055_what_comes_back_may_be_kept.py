from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoices", "0054_a_fee_may_be_billed_by_its_tax")]

    operations = [
        migrations.AddField(
            model_name="refundrequest",
            name="as_credit",
            field=models.BooleanField(
                default=False, help_text="The client keeps what comes back, for what comes next"
            ),
        ),
    ]

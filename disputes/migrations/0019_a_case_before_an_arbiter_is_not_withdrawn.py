from django.db import migrations

STEPS = "arbitration_pending>withdrawn in_arbitration>withdrawn"


class Migration(migrations.Migration):
    dependencies = [("disputes", "0018_a_proposal_above_a_cap_takes_two")]

    operations = [
        migrations.RunSQL(
            f"SELECT forget_steps('disputes_dispute', '', '{STEPS}')",
            f"SELECT teach_steps('disputes_dispute', '', '{STEPS}')",
        ),
    ]

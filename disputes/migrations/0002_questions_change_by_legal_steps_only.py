"""The machine of a question to our staff; what was said in its thread stays."""

from django.db import migrations

TICKET = (
    "open>waiting open>answered open>closed waiting>open waiting>answered waiting>closed"
    " answered>open answered>waiting answered>closed"
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_questions_have_threads")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('disputes_ticket', 'open', '{TICKET}')",
            "SELECT forget_machine('disputes_ticket')",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER what_was_said_stays BEFORE UPDATE OR DELETE ON disputes_ticketmessage"
            " FOR EACH ROW EXECUTE FUNCTION invoices_refuse('What was said stays as it was said')",
            "DROP TRIGGER what_was_said_stays ON disputes_ticketmessage",
        ),
    ]

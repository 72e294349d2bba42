"""A chain of hashes over the record of who did what. The application adds links, and no more."""

from django.db import migrations, models

CLOSED = """
CREATE TRIGGER audit_seals_do_not_change BEFORE UPDATE OR DELETE ON platform_auditseal
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record();
CREATE TRIGGER audit_seals_are_not_emptied BEFORE TRUNCATE ON platform_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_record();
REVOKE UPDATE, DELETE, TRUNCATE ON platform_auditseal FROM countersign_app;
"""
OPEN = """
DROP TRIGGER audit_seals_do_not_change ON platform_auditseal;
DROP TRIGGER audit_seals_are_not_emptied ON platform_auditseal;
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0010_a_filter_is_found_by_its_reference")]

    operations = [
        migrations.CreateModel(
            "AuditSeal",
            [
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "last_event",
                    models.BigIntegerField(help_text="All up to this one are sealed by now"),
                ),
                ("events", models.IntegerField()),
                ("contents", models.BinaryField()),
                ("previous_hash", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(CLOSED, OPEN),
    ]

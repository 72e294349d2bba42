"""What was recorded stays as it was recorded, whoever asks."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_to_change_the_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit record is append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_events_do_not_change BEFORE UPDATE OR DELETE ON platform_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record();
CREATE TRIGGER audit_events_are_not_emptied BEFORE TRUNCATE ON platform_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_record();
REVOKE UPDATE, DELETE, TRUNCATE ON platform_auditevent FROM countersign_app;
"""
CHANGEABLE = """
GRANT UPDATE, DELETE ON platform_auditevent TO countersign_app;
DROP TRIGGER audit_events_are_not_emptied ON platform_auditevent;
DROP TRIGGER audit_events_do_not_change ON platform_auditevent;
DROP FUNCTION refuse_to_change_the_record();
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]

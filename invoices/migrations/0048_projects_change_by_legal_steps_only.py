"""The machine of the project, and that a contract is in none of somebody else's."""

from django.db import migrations

CHECK = """
CREATE FUNCTION invoices_check_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM invoices_project AS p WHERE p.id = NEW.project_id
           AND p.client_id = NEW.client_id AND p.currency = NEW.currency
    ) THEN
        RAISE EXCEPTION 'A contract is in a project of its client, in the same currency'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_contract_is_in_a_project_of_its_client
    BEFORE INSERT OR UPDATE OF project_id, client_id, currency ON invoices_contract
    FOR EACH ROW WHEN (NEW.project_id IS NOT NULL) EXECUTE FUNCTION invoices_check_project();
CREATE TRIGGER a_project_stays_with_its_client
    BEFORE UPDATE OF client_id, currency ON invoices_project
    FOR EACH ROW WHEN ((OLD.client_id, OLD.currency) IS DISTINCT FROM (NEW.client_id, NEW.currency))
    EXECUTE FUNCTION invoices_refuse('A project stays with its client and in its currency');
"""
FORGET = """
DROP TRIGGER a_project_stays_with_its_client ON invoices_project;
DROP TRIGGER a_contract_is_in_a_project_of_its_client ON invoices_contract;
DROP FUNCTION invoices_check_project();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0047_contracts_are_in_projects")]

    operations = [
        migrations.RunSQL(
            "SELECT teach_machine('invoices_project', 'open', 'open>closed closed>open')",
            "SELECT forget_machine('invoices_project')",
        ),
        migrations.RunSQL(CHECK, FORGET),
    ]

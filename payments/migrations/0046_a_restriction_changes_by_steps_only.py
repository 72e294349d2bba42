"""What may become of a restriction. Why it was set, and whom it restricts, is not rewritten."""

from django.db import migrations

STEPS = (
    "active>appealed appealed>active active>lifted appealed>lifted active>expired appealed>expired"
)
FINAL = ("organization_id", "user_id", "cause", "reason", "set_at", "set_by_id", "review_on")
OLD, NEW = (", ".join(f"{row}.{name}" for name in FINAL) for row in ("OLD", "NEW"))
TRIGGERS = {
    "restrictions_are_final": f"ROW({OLD}) IS DISTINCT FROM ROW({NEW})",
    "restrictions_grow_while_it_is_not_paid": "OLD.scopes IS DISTINCT FROM NEW.scopes"
    " AND (OLD.cause <> 'unpaid' OR OLD.ended_at IS NOT NULL OR NOT NEW.scopes @> OLD.scopes)",
    "protection_is_lost_and_comes_back_once": "OLD.hours_since <> NEW.hours_since"
    " OR OLD.hours_back_at <> NEW.hours_back_at"
    " OR (OLD.hours_since IS NOT NULL AND NEW.hours_since IS NULL)"
    " OR (OLD.hours_back_at IS NOT NULL AND NEW.hours_back_at IS NULL)",
}


class Migration(migrations.Migration):
    dependencies = [("payments", "0045_restrictions_have_reasons_and_ends")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('payments_restriction', 'active', '{STEPS}')",
            "SELECT forget_machine('payments_restriction')",
        ),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON payments_restriction FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION payments_refuse_new_sum()",
                f"DROP TRIGGER {name} ON payments_restriction",
            )
            for name, condition in TRIGGERS.items()
        ],
    ]

"""The triggers of offers, invoices and fee invoices, with the columns that came to them."""

from django.db import migrations

TERMS_COLUMNS = (
    "client_id, freelancer_id, currency, client_fee_bps, freelancer_fee_bps, review_days,"
    " security_days, policy_version, tax_treatment, tax_bps, tax_text, offered_at, expires_at"
)
FEE_COLUMNS = (
    "side, recipient_id, milestone_id, escrow_id, currency, base, fee_bps, net, tax, gross,"
    " tax_bps, tax_country, tax_text, caused_at"
)
SUMS = "net, tax, gross, tax_treatment, tax_bps, tax_text"
PARTIES = "contract_id, milestone_id, issuer_id, recipient_id, currency"


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


def trigger(name: str, table: str, condition: str, words: str) -> str:
    return (
        f"DROP TRIGGER IF EXISTS {name} ON {table};"
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition})"
        f" EXECUTE FUNCTION invoices_refuse('{words}')"
    )


def terms(columns: str) -> str:
    return trigger(
        "terms_are_final_once_offered",
        "invoices_contract",
        f"OLD.state <> 'draft' AND {differs(columns)}",
        "The terms of a contract are final once it is offered",
    )


def fee(columns: str) -> str:
    return trigger(
        "a_fee_is_what_the_money_said",
        "invoices_feeinvoice",
        differs(columns),
        "A fee invoice bills what was charged and nothing else",
    )


def asked(condition: str) -> str:
    return trigger(
        "an_invoice_asks_what_it_was_drafted_for",
        "invoices_invoice",
        condition,
        "The sums of an invoice do not change once it is seen",
    )


# Written by hand, it may be changed while the client asks for changes; a milestone's price not.
SEEN = (
    f"(OLD.state <> 'draft' AND {differs(PARTIES + ', source')}) OR "
    f"(OLD.state NOT IN ('draft', 'returned') AND {differs(SUMS + ', net_days')}) OR "
    f"(OLD.state = 'returned' AND OLD.source = 'milestone' AND {differs(SUMS)})"
)
SEEN_BEFORE = f"OLD.state <> 'draft' AND {differs(PARTIES + ', ' + SUMS)}"


class Migration(migrations.Migration):
    dependencies = [("invoices", "0015_every_invoice_says_what_it_bills")]

    operations = [
        migrations.RunSQL(terms("kind, " + TERMS_COLUMNS), terms(TERMS_COLUMNS)),
        migrations.RunSQL(
            fee("cause, contract_id, invoice_id, title, " + FEE_COLUMNS), fee(FEE_COLUMNS)
        ),
        migrations.RunSQL(asked(SEEN), asked(SEEN_BEFORE)),
    ]

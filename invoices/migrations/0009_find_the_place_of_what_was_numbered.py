"""Numbers were all written `OKA-2026-000001` so far: read the place from what is written."""

from django.db import migrations

FILL = """
UPDATE invoices_{noun}
   SET series = '{kind}/' || split_part(number, '-', 1),
       series_year = split_part(number, '-', 2)::int,
       place = split_part(number, '-', 3)::int
 WHERE number IS NOT NULL;
"""
EMPTY = "UPDATE invoices_{noun} SET series = NULL, series_year = NULL, place = NULL"
TABLES = [("invoice", "invoice"), ("feeinvoice", "fee")]


class Migration(migrations.Migration):
    dependencies = [("invoices", "0008_documents_keep_their_place")]

    operations = [
        migrations.RunSQL(FILL.format(noun=noun, kind=kind), EMPTY.format(noun=noun))
        for noun, kind in TABLES
    ]

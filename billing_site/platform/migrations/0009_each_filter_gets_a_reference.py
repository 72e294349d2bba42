"""What was saved so far gets references of its own; the column has one for all."""

from django.db import migrations

FILL = """
UPDATE platform_savedfilter SET ref = left(translate(
    upper(md5(random()::text || id::text)), '01', 'XY'), 12)
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0008_filters_have_references")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

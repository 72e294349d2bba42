"""Who used an account, from where and with what: noted once a day, and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINAL = """
CREATE FUNCTION people_refuse_another_sign_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sign-in stays as it was noted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER sign_ins_stay_as_they_were BEFORE UPDATE ON people_signin
    FOR EACH ROW EXECUTE FUNCTION people_refuse_another_sign_in();
"""
NOT_FINAL = """
DROP TRIGGER sign_ins_stay_as_they_were ON people_signin;
DROP FUNCTION people_refuse_another_sign_in();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0010_staff_sees_as_somebody")]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "network",
                    models.CharField(blank=True, help_text="203.0.113.0/24", max_length=50),
                ),
                ("browser", models.CharField(help_text="Firefox on Linux", max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="sign_ins_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "on", "network", "browser"),
                        name="a_browser_is_noted_once_a_day",
                    )
                ],
            },
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]

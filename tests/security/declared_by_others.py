"""The addresses that allauth and the admin bring."""

from __future__ import annotations

from django.contrib import admin

from tests.security.doors import Door
from tests.security.personas import EVERYBODY, SIGNED_IN, STAFF

# For who is not signed in yet; who is, is led on. Their deeds are allauth's, tried in tests/people.
ENTRANCES = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_logout",
)
OWN_PAGES = (
    "account_change_password",
    "account_set_password",
    "account_email",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "usersessions_list",
)
NUMBERED = ("mfa_edit_webauthn", "mfa_remove_webauthn")
ACCOUNTS = (
    {name: Door(see=EVERYBODY, by_itself=True) for name in ENTRANCES}
    | {name: Door(see=SIGNED_IN, by_itself=True) for name in OWN_PAGES}
    | {name: Door(see=SIGNED_IN, fills={"pk": "1"}, by_itself=True) for name in NUMBERED}
)

DESK_PAGES = (
    "index",
    "laws",
    "login",
    "logout",
    "jsi18n",
    "autocomplete",
    "password_change",
    "password_change_done",
)


def _desk() -> dict[str, Door]:
    """A list and a page a thing for staff; what would change them refuses everybody.

    So it is for every model that the desk has: test_matrix.py sees to it that all are
    read-only. The pages beside them are declared one by one.
    """
    doors = {f"admin:{page}": Door(see=STAFF, by_itself=True) for page in DESK_PAGES}
    models = [model._meta for model in admin.site._registry]
    labels = sorted({model.app_label for model in models})
    doors["admin:app_list"] = Door(see=STAFF, fills={"app_label": labels[0]}, by_itself=True)
    missing = {"content_type_id": "1", "object_id": "1"}
    doors["admin:view_on_site"] = Door(see=STAFF, fills=missing, by_itself=True)
    doors["admin:(?P<url>.*)$"] = Door(see=STAFF, by_itself=True, is_nowhere=True)
    doors["admin:<path:object_id>/"] = Door(see=STAFF, by_itself=True, is_nowhere=True)
    for model in sorted(f"{model.app_label}_{model.model_name}" for model in models):
        row = {"object_id": f"row of {model.replace('_', '.')}"}
        doors[f"admin:{model}_changelist"] = Door(see=STAFF, is_desk=True)
        doors[f"admin:{model}_change"] = Door(see=STAFF, is_desk=True, fills=row)
        doors[f"admin:{model}_history"] = Door(see=STAFF, is_desk=True, fills=row)
        doors[f"admin:{model}_delete"] = Door(is_desk=True, fills=row)
        doors[f"admin:{model}_add"] = Door(is_desk=True)
    return doors


DESK = _desk()

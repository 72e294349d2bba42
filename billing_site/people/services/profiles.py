from __future__ import annotations

from django.db import transaction

from billing_site.people.models import User


@transaction.atomic
def describe(user_id: int, *, name: str, time_zone: str, language: str) -> User:
    """Change how somebody is addressed, and in which zone they read the time."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.name, user.time_zone, user.language = name, time_zone, language
    user.save(update_fields=["name", "time_zone", "language"])
    return user

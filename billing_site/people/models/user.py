from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> User:
        """Add somebody who can sign in. Without a *password* they have to reset it first."""
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **facts)

    def get_by_natural_key(self, email: str | None) -> User:
        """Find who signs in as *email*, however they write it."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. Who they act for is a Membership's business."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"

    class Purpose(models.TextChoices):
        HIRE = "hire", "hire and pay people"
        WORK = "work", "work and be paid"

    email = models.EmailField(unique=True, error_messages={"unique": "This e-mail is taken."})
    name = models.CharField(max_length=150)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, choices=Language, default=Language.ENGLISH)
    purpose = models.CharField("came to", max_length=4, choices=Purpose, blank=True)
    is_staff = models.BooleanField(
        "staff", default=False, help_text="Works for the platform, and for no organization on it."
    )
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="an_email_signs_in_one_person"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.email

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

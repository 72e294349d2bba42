"""What runs, what was sent, and what was recorded: for staff to read."""

from __future__ import annotations

from django.contrib import admin

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.platform.models import AuditEvent, File, Heartbeat, Job, Letter, Series


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    list_display = ("key", "state", "attempts", "after", "created_at", "finished_at", "last_error")
    list_filter = ("state", "task")
    search_fields = ("key",)
    ordering = ("-pk",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin[Heartbeat]):
    list_display = ("name", "asked_at", "beat_at")
    ordering = ("name", "pk")


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin[Letter]):
    """To whom, about what and when; the words, codes to sign in among them, are the reader's."""

    list_display = ("subject", "email", "about_type", "about_ref", "written_at", "sent_at", "tries")
    list_filter = ("about_type",)
    search_fields = ("email", "about_ref", "subject")
    exclude = ("text", "html")
    ordering = ("-pk",)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    list_display = ("deed", "subject", "user_id", "reason", "at", "recorded_at")
    list_filter = ("deed",)
    search_fields = ("subject",)
    ordering = ("-pk",)


@admin.register(File)
class FileAdmin(ReadOnlyAdmin[File]):
    """That it is there, how large, and what its hash is; what is in it is its owner's."""

    list_display = ("ref", "name", "content_type", "size", "owner", "stored_at")
    exclude = ("stored_as",)
    search_fields = ("ref", "sha256")
    ordering = ("-pk",)


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin[Series]):
    list_display = ("name", "year", "last")
    ordering = ("name", "year", "pk")

from __future__ import annotations

from typing import Any

from django_q.management.commands.qcluster import Command as QCluster

from billing_site.kernel import memory


class Command(QCluster):
    """The cluster below `manage.py worker`: each of its processes begins as this one is."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        memory.settle()
        super().handle(*arguments, **options)

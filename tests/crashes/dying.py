"""Processes of their own, on a database of their own, killed as they commit."""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections

WRITES = ("INSERT", "UPDATE", "DELETE")
NEVER = -1


class Moments:
    """The commits of this process, in order; at one of them it is killed.

    It dies right before that commit, and what its transaction wrote dies with it. So the
    database is what the commits before made of it, which is also what dying right after the
    last of those leaves behind: the calls of the sandbox are among them, on both sides.
    """

    def __init__(self, *, die_at: int = NEVER) -> None:
        self.die_at = die_at
        self.passed: list[str] = []

    def watch(self) -> None:
        connection: Any = connections["default"]
        commit = connection._commit

        def counted() -> None:
            self._come()
            commit()

        connection._commit = counted
        connection.execute_wrappers.append(self._write)

    def _write(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """What is written outside any transaction commits by itself."""
        if not context["connection"].in_atomic_block and str(sql).lstrip().startswith(WRITES):
            self._come()
        return execute(sql, params, many, context)

    def _come(self) -> None:
        if len(self.passed) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(_whereabouts())


def _whereabouts() -> str:
    """The last of our own functions that led here, for whoever reads a failure."""
    root = str(settings.BASE_DIR)
    stack = [frame for frame in traceback.extract_stack() if frame.filename.startswith(root)]
    ours = [f for f in stack if ".venv" not in f.filename and "/tests/" not in f.filename]
    return f"{ours[-1].filename.removeprefix(root)}:{ours[-1].lineno}" if ours else "the test"


def in_a_process(database: str, work: Callable[[], Any]) -> tuple[int, Any]:
    """Do *work* in a process of its own on *database*; return its exit code and what it said.

    One that was killed says nothing, and its code is the signal's, negative.
    """
    connections.close_all()  # A connection survives no fork.
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        code, said = 1, b""
        try:
            connections["default"].settings_dict["NAME"] = database
            said, code = pickle.dumps(work()), 0
        except BaseException:  # noqa: BLE001 -- whatever it is, the parent has to hear of it
            said = pickle.dumps(traceback.format_exc())
        finally:
            with os.fdopen(tell, "wb") as pipe:
                pipe.write(said)
            os._exit(code)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        heard = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), pickle.loads(heard) if heard else None


@contextmanager
def copy_of(source: str) -> Iterator[str]:
    """A database as *source* is now, which nobody may be connected to."""
    connections.close_all()
    name = f"{source}_copy"
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        try:
            yield name
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

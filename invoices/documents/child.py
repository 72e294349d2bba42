"""A warm process of its own that turns one thing into another, with a time limit on each."""

from __future__ import annotations

import atexit
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

WALL_SECONDS = 30
LENGTH = struct.Struct(">I")
OK = b"+"


class ChildFailed(Exception):
    """It took too long, or too much memory, or it says itself what was wrong."""


class Child:
    """The one process that runs *script* for this one: started when needed, replaced now and then.

    It reads requests from stdin and writes answers to stdout: a request is one or several
    parts, each with its length before it; an answer is a mark and one part.
    """

    def __init__(self, script: Path, *arguments: str, recycle_after: int) -> None:
        self.command = [sys.executable, "-I", str(script), *arguments]
        self.recycle_after = recycle_after  # answers: what it runs keeps memory
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.answered = 0
        self.owner = 0
        atexit.register(self.close)

    def ask(self, *parts: bytes) -> bytes:
        """Return what the child makes of *parts*.

        :raises ChildFailed: it could not, or not in time.
        """
        with self.lock:
            process = self._alive()
            watch = threading.Timer(WALL_SECONDS, process.kill)
            watch.start()
            try:
                return self._ask(process, parts)
            except (OSError, EOFError) as error:
                self._stop()
                raise ChildFailed("It took too long, or too much memory.") from error
            finally:
                watch.cancel()

    def _ask(self, process: subprocess.Popen[bytes], parts: Sequence[bytes]) -> bytes:
        assert process.stdin, "It was started with pipes."
        assert process.stdout, "It was started with pipes."
        process.stdin.write(b"".join(LENGTH.pack(len(part)) + part for part in parts))
        process.stdin.flush()
        mark = process.stdout.read(1)
        answer = _read(process.stdout) if mark else None
        if answer is None:
            raise EOFError
        self.answered += 1
        if mark != OK:
            self._stop()
            raise ChildFailed(answer.decode()[:500])
        return answer

    def _alive(self) -> subprocess.Popen[bytes]:
        is_ours = self.owner == os.getpid()  # A fork shares its parent's pipes: not to be used.
        running = self.process if is_ours else None
        if running and running.poll() is None and self.answered < self.recycle_after:
            return running
        if is_ours:
            self._stop()
        self.process = subprocess.Popen(  # noqa: S603 - our own script, no words of anybody's
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "HOME": "/nonexistent"},
            cwd="/",
            close_fds=True,
        )
        self.answered, self.owner = 0, os.getpid()
        return self.process

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # What it had not read is nobody's loss.
                    pipe.close()
        process.wait()

    def close(self) -> None:
        if self.owner == os.getpid():
            self._stop()


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else None

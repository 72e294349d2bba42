"""Run a command that ends, with all it has started, when whoever started it is gone.

    python -m billing_site.platform.lifeline gunicorn billing_site.wsgi

Whoever starts it holds the other end of its standard input. A small process beside the
command waits there, and kills the process group when that end closes (even by kill -9) or
when the command has ended and left others behind. It works wherever POSIX does.
"""

from __future__ import annotations

import os
import select
import signal
import sys

LOOK_EVERY_SECONDS = 0.5


def main(command: list[str]) -> None:
    leader = os.getpid()
    if os.fork() == 0:
        try:
            _keep_watch(leader)
        finally:
            os.killpg(0, signal.SIGKILL)
    os.execvp(command[0], command)  # noqa: S606 - the command is ours, and no shell is wanted


def _keep_watch(leader: int) -> None:
    """Return when the other end of our standard input is closed, or the *leader* has ended."""
    for polite in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(polite, signal.SIG_IGN)
    while os.getppid() == leader:
        readable, _, _ = select.select([0], [], [], LOOK_EVERY_SECONDS)
        if readable and not os.read(0, 1):
            return


if __name__ == "__main__":
    main(sys.argv[1:])

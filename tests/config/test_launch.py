"""The two commands, before anything is installed."""

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = ROOT / "site" / "config" / "launch"


def run(code_or_file, *arguments, **environment):
    command = [sys.executable, "-c", code_or_file] if "\n" in code_or_file else [sys.executable, code_or_file]
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True
    )


def test_an_old_python_gets_one_plain_sentence():
    done = run(
        "import sys\n"
        f"sys.path.insert(0, {str(LAUNCH)!r})\n"
        "sys.version_info = (3, 9, 2)\n"
        "import prepare; prepare.main([])\n"
    )
    assert done.returncode == 1
    assert "Sanduq needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_compiler_gets_one_plain_sentence():
    done = run(
        "import sys, subprocess\n"
        f"sys.path.insert(0, {str(LAUNCH)!r})\n"
        "import prepare\n"
        "class Failed: returncode, stdout, stderr = 1, '', \"error: command 'gcc' failed: No such file\"\n"
        "prepare.subprocess.run = lambda *a, **k: Failed\n"
        "prepare.install('python', 'requirements.lock')\n"
    )
    assert done.returncode == 1
    assert "apt-get install gcc" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_gets_one_plain_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(str(LAUNCH / "demo.py"), PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} is taken. Choose another: make demo PORT={port + 100}"

# ruff: noqa: UP032  (written so that a Python too old to run it can still read it)
"""Makes `.venv` and installs the locked dependencies. Runs with any Python, so that an old one gets a plain sentence."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
NEEDED = (3, 11)
UV = "uv>=0.9,<1"


def main(arguments):
    """Prepare for `demo` (what runs) or `dev` (tests and linters as well)."""
    if sys.version_info < NEEDED:
        version = "{}.{}".format(*sys.version_info[:2])
        fail(
            "Sanduq needs Python 3.11 or newer, but {} is {}. ".format(sys.executable, version)
            + "Install a newer one, or name it: make PYTHON=python3.12"
        )
    lock = "requirements-dev.lock" if "dev" in arguments else "requirements.lock"
    venv = os.path.join(ROOT, ".venv")
    python = os.path.join(venv, "bin", "python")
    if not installed(venv, lock):
        if not os.path.exists(python):
            make_venv(venv)
        install(python, lock)
        remember(venv, lock)
    compile_translations(python)


def make_venv(venv):
    """Make the virtual environment, or say what Debian calls the missing piece."""
    print("Making .venv ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True)
    if made.returncode:
        fail(
            "Python cannot make a virtual environment here. On Debian and Ubuntu: apt-get install python3-venv\n"
            + (made.stderr or made.stdout).strip()
        )


def install(python, lock):
    """Install what the lock file names, with checked hashes: by uv, which is fast, or else by pip."""
    print("Installing the locked dependencies ...", flush=True)
    path = os.path.join(ROOT, lock)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], capture_output=True)
    commands = [
        [python, "-m", "uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", path],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", path],
    ]
    output = ""
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return
        output = done.stderr or done.stdout
    if any(word in output for word in ("gcc", "compiler", "command 'cc'", "error: linker")):
        fail(
            "A dependency has to be compiled here and there is no compiler. On Debian and Ubuntu: apt-get install gcc python3-dev"
        )
    fail("The dependencies could not be installed; is the network there?\n" + output.strip()[-1500:])


def installed(venv, lock):
    """Whether this environment was made from the lock file as it is now, or from the larger one."""
    for name in {lock, "requirements-dev.lock"}:
        try:
            with (
                open(os.path.join(venv, name), encoding="utf-8") as kept,
                open(os.path.join(ROOT, name), encoding="utf-8") as now,
            ):
                if kept.read() == now.read():
                    return True
        except OSError:
            continue
    return False


def remember(venv, lock):
    """Keep the lock file beside what was installed from it."""
    with (
        open(os.path.join(ROOT, lock), encoding="utf-8") as now,
        open(os.path.join(venv, lock), "w", encoding="utf-8") as kept,
    ):
        kept.write(now.read())


def compile_translations(python):
    """Compile the translations, if any is newer than its compiled form."""
    folder = os.path.join(ROOT, "site", "config", "locale")
    sources = [
        os.path.join(folder, language, "LC_MESSAGES", name)
        for language in os.listdir(folder)
        for name in os.listdir(os.path.join(folder, language, "LC_MESSAGES"))
        if name.endswith(".po")
    ]
    if any(is_newer(source, source[:-3] + ".mo") for source in sources):
        subprocess.run([python, os.path.join(ROOT, "site", "config", "launch", "translations.py")], check=True)


def is_newer(source, target):
    """Whether `target` is missing or older than `source`."""
    return not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source)


def fail(sentence):
    """One plain sentence, and the end."""
    sys.stderr.write("\n" + sentence + "\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Fetches what the tests need besides Python: a Chromium, by the system's package manager when it may."""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Make sure that there is a Chromium, or say how to get one."""
    if browser():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], env=environment, capture_output=True)
    if not browser():
        sys.exit(
            "The browser tests need Chromium. On Debian and Ubuntu: sudo apt-get install chromium\n"
            "Elsewhere install it and set CHROMIUM to its path. Without it: make test ARGS='-m \"not browser\"'"
        )


def browser() -> str | None:
    """Path of an installed Chromium, or None."""
    if (named := os.environ.get("CHROMIUM")) and os.path.exists(named):
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), None)


if __name__ == "__main__":
    main()

"""Everything that CI checks besides the tests. Goes on after a failure, so that one run shows all."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
PATHS = {"PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}", "MYPYPATH": "site:."}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-checks-only",
    "ALLOWED_HOSTS": "sanduq.example",
    "BASE_URL": "https://sanduq.example",
    "PAYMENT_GATEWAYS": "stripe",
    "STRIPE_SECRET_KEY": "sk_test_checks_only",
    "STRIPE_WEBHOOK_SECRET": "whsec_checks_only",
}
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("ruff", [str(BIN / "ruff"), "check", "."], {}),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ("djlint", [str(BIN / "djlint"), "--quiet", "--lint", "site", "members", "donations", "surveys", "volunteers"], {}),
    ("import-linter", [str(BIN / "lint-imports")], PATHS),
    ("mypy", [str(BIN / "mypy")], {**PATHS, "DJANGO_SETTINGS_MODULE": "config.settings.test"}),
    (
        "migrations",
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
    ),
    (
        "check --deploy",
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    ("translations", [sys.executable, "-m", "config.launch.translations_complete"], PATHS),
]


def main() -> int:
    """Run all checks; 1 if any failed."""
    failed = [name for name, command, environment in CHECKS if not passes(name, command, environment)]
    audit()
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check and print what it said if it failed."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
    print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-6000:])
    return done.returncode == 0


def audit() -> None:
    """Look for known holes in the locked dependencies, where the service that knows them can be reached."""
    command = [
        str(BIN / "pip-audit"),
        "--disable-pip",
        "--require-hashes",
        "-r",
        "requirements.lock",
        "--timeout",
        "10",
    ]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        print("pip-audit: not reached")
        return
    known = "Found " in done.stderr and "vulnerabilit" in done.stderr
    print("pip-audit: ok" if done.returncode == 0 else f"pip-audit: {done.stdout if known else 'not reached'}")


if __name__ == "__main__":
    sys.exit(main())

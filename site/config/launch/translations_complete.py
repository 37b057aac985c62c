"""Fails when a word that people see has no Arabic or Persian, or a translation lost one of its placeholders."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "site" / "config" / "locale"
LANGUAGES = ("ar", "fa")
# "locale" too: makemessages would else write into the catalogues it finds on its way, and not only into the copy.
IGNORED = (".venv", "var", "tests", ".venv-*", "docs", "locale")
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]+\}")


def main() -> int:
    """Extract all words anew into a copy of the catalogues and look for what is missing in them."""
    if not shutil.which("xgettext"):
        print("xgettext is missing. On Debian and Ubuntu: sudo apt-get install gettext")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "locale"
        shutil.copytree(LOCALE, copy)
        extract(copy)
        complaints = [complaint for language in LANGUAGES for complaint in problems(copy, language)]
    for complaint in complaints[:60]:
        print(complaint)
    print(f"{len(complaints)} translations to mend." if complaints else "All words are translated.")
    return 1 if complaints else 0


def extract(locale: Path) -> None:
    """Bring the catalogues in `locale` up to the words in the sources."""
    program = (
        "import sys, django; from django.conf import settings; from django.core.management import call_command;"
        "django.setup(); settings.LOCALE_PATHS = [sys.argv[1]];"
        # What `gettext` is called where `_` stands for the lazy one.
        "from django.core.management.commands.makemessages import Command;"
        "Command.xgettext_options = [*Command.xgettext_options, '--keyword=_now'];"
        f"call_command('makemessages', locale={list(LANGUAGES)!r}, ignore_patterns={list(IGNORED)!r},"
        " extensions=['html', 'txt', 'py', 'mjml'], no_location=True, no_obsolete=True, verbosity=0)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(locale)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])


def problems(locale: Path, language: str) -> Iterator[str]:
    """Each thing that is wrong with the catalogue of `language`."""
    with (locale / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if message.id:
            yield from (f"{language}: {fault}: {message.id!r}" for fault in faults(message, catalogue))


def faults(message: Message, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        yield "to be checked (fuzzy)"
    singular, *plural = message.id if message.pluralizable else (message.id,)
    forms = message.string if message.pluralizable else (message.string,)
    if not all(forms) or (plural and len(forms) != catalogue.num_plurals):
        yield "missing"
        return
    wanted = set(_PLACEHOLDER.findall(plural[0] if plural else singular))
    for form in forms:
        # The forms for none, one and two may say the number in words.
        missing = wanted - set(_PLACEHOLDER.findall(form))
        extra = set(_PLACEHOLDER.findall(form)) - wanted
        if extra or (missing and not plural):
            yield f"placeholders differ ({', '.join(sorted(missing | extra))})"


if __name__ == "__main__":
    sys.exit(main())

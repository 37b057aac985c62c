"""The first words of every message, in each language, until staff write their own."""

import tomllib
from pathlib import Path

from outreach.models import MessageTemplate

FOLDER = Path(__file__).resolve().parents[1] / "message_defaults"


def default_messages(language: str) -> dict[str, dict[str, str]]:
    """Return the messages of `language`, by key, as `message_defaults/<language>.toml` has them."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def create_missing_templates() -> int:
    """Add the messages that are not in the database yet and return how many. What is there stays as staff wrote it."""
    known = set(MessageTemplate.objects.values_list("key", "language"))
    missing = [
        MessageTemplate(
            key=key,
            language=file.stem,
            subject=words["subject"],
            body="".join(f"<p>{paragraph}</p>" for paragraph in words["body"].strip().split("\n\n")),
            button_label=words.get("button", ""),
            placeholders=words.get("placeholders", "{name}, {organisation}"),
        )
        for file in sorted(FOLDER.glob("*.toml"))
        for key, words in default_messages(file.stem).items()
        if (key, file.stem) not in known
    ]
    MessageTemplate.objects.bulk_create(missing)
    return len(missing)

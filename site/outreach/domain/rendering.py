"""From a template and a recipient to subject, plain text and HTML.

MJML is compiled once per text and language; for each recipient only the slots are filled.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

import mjml
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info
from wagtail.rich_text import expand_db_html

from members.models import NonprofitProfile

_SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Text:
    """The words of a message in one language, with slots such as {name}. `body` is rich text as stored."""

    language: str
    subject: str
    body: str
    button_label: str = ""


@dataclass(frozen=True)
class Letter:
    """A message ready to be sent to one recipient."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class Sender:
    """What stands around every message: who writes."""

    name: str
    address: str
    accent: str

    @classmethod
    def of(cls, profile: NonprofitProfile, language: str) -> "Sender":
        with translation.override(language):
            return cls(str(profile.name), str(profile.postal_address), profile.accent_colour or "#0B5D5A")


def compose(
    text: Text,
    *,
    sender: Sender,
    values: Mapping[str, str],
    button_url: str = "",
    quiet_label: str = "",
    quiet_url: str = "",
    unsubscribe_url: str = "",
    extra_html: str = "",
    extra_plain: str = "",
) -> Letter:
    """Fill `text` with `values` and lay it out. Unknown slots become empty; values are never read as markup.

    `quiet_label` and `quiet_url` make a second, quieter way out of the message, below the button.
    """
    frame = _frame(text, sender, bool(button_url and text.button_label), bool(unsubscribe_url), extra_html, quiet_label)
    slots = {name: escape(str(value)) for name, value in values.items()}
    addresses = {
        "button_url": escape(button_url),
        "quiet_url": escape(quiet_url),
        "unsubscribe_url": escape(unsubscribe_url),
    }
    quiet_plain = f"{quiet_label}:\n{quiet_url}" if quiet_label else ""
    html = _fill(frame, {**slots, **addresses})
    return Letter(
        subject=" ".join(_fill(text.subject, values).split())[:200],
        plain=_plain(text, sender, values, button_url, unsubscribe_url, extra_plain, quiet_plain),
        html=html,
    )


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: str(values.get(slot[1], "")), text)


@lru_cache(maxsize=256)
def _frame(
    text: Text, sender: Sender, has_button: bool, has_unsubscribe: bool, extra_html: str, quiet_label: str
) -> str:
    """The HTML of a message with its slots still open."""
    with translation.override(text.language):
        source = render_to_string(
            "outreach/mail.mjml",
            {
                "text": text,
                "sender": sender,
                "body": expand_db_html(text.body),
                "has_button": has_button,
                "has_unsubscribe": has_unsubscribe,
                "extra_html": extra_html,
                "quiet_label": quiet_label,
                "direction": "rtl" if get_language_info(text.language)["bidi"] else "ltr",
                "start": "right" if get_language_info(text.language)["bidi"] else "left",
            },
        )
    return mjml.mjml2html(source)


def _plain(
    text: Text,
    sender: Sender,
    values: Mapping[str, str],
    button_url: str,
    unsubscribe_url: str,
    extra_plain: str,
    quiet_plain: str,
) -> str:
    with translation.override(text.language):
        parts = [_fill(_text_of_html(expand_db_html(text.body)), values), extra_plain]
        if button_url and text.button_label:
            parts.append(f"{text.button_label}:\n{button_url}")
        parts.append(quiet_plain)
        parts.append("-- \n" + "\n".join(filter(None, [sender.name, sender.address])))
        if unsubscribe_url:
            parts.append(
                translation.gettext("Do not write to me about this any more: %(url)s") % {"url": unsubscribe_url}
            )
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _text_of_html(html: str) -> str:
    """The words of simple rich text, with links written out and list items marked."""
    html = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', r"\2 (\1)", html)
    html = re.sub(r"<li[^>]*>", "- ", html)
    html = re.sub(r"<br\s*/?>|</li>", "\n", html)
    html = re.sub(r"</(p|h2|ul|ol)>", "\n\n", html)
    words = unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in words.splitlines())).strip()

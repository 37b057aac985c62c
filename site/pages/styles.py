"""All stylesheets of the design as one file.

They are written one file per component; a cheap phone on a slow line should still ask for them only once. The address
carries a digest of the contents, so that a browser may keep the file for ever.
"""

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

# In the order of the layers that tokens.css names.
STYLESHEETS = (
    "tokens",
    "fonts",
    "base",
    "layout",
    "components/frame",
    "components/icon",
    "components/button",
    "components/field",
    "components/choice",
    "components/level-scale",
    "components/card",
    "components/member-card",
    "components/notice",
    "components/steps",
    "components/progress",
    "components/table",
    "components/dialog",
    "components/tabs",
    "components/picture",
    "components/person",
    "components/blocks",
)


def bundle() -> tuple[str, str]:
    """Return the digest and the text of all stylesheets. Read once per process, or each time while developing."""
    return _read() if settings.DEBUG else _kept()


@lru_cache(maxsize=1)
def _kept() -> tuple[str, str]:
    return _read()


def _read() -> tuple[str, str]:
    parts = []
    for name in STYLESHEETS:
        text = Path(finders.find(f"css/{name}.css")).read_text(encoding="utf-8")
        # The one file has another address than its parts had, and deployed fonts carry a digest in their names.
        parts.append(re.sub(r'url\("\.\./([^"]+)"\)', lambda match: f'url("{static(match[1])}")', text))
    css = "\n".join(parts)
    return sha256(css.encode()).hexdigest()[:12], css

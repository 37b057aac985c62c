"""What stands around every page of the admin."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from wagtail.admin.icons import get_icons

ROOT = Path(__file__).parents[2]
_ICON = re.compile(r"""(?:icon|icon_name|icon name)\s*=\s*"([a-z][a-z0-9-]*)\"""")


def test_the_admin_bears_our_own_mark(staff):
    text = staff("membership").get(reverse("wagtailadmin_home")).text
    assert '<img class="sanduq-mark" src="/static/dashboard/mark.svg"' in text
    assert 'href="/static/icons/box.svg"' in text
    assert "favicon.ico" not in text


@pytest.mark.parametrize("app", ["members", "donations", "surveys", "volunteers", "site"])
def test_every_icon_is_one_that_there_is(app):
    known = set(re.findall(r'id="icon-([a-z0-9-]+)"', get_icons()))
    files = [path for ending in ("py", "html") for path in (ROOT / app).rglob(f"*.{ending}")]
    named = {name: path.name for path in files for name in _ICON.findall(path.read_text())}
    assert {name: path for name, path in named.items() if name not in known} == {}

"""What stands around every page of the admin."""

from django.urls import reverse


def test_the_admin_bears_our_own_mark(staff):
    text = staff("membership").get(reverse("wagtailadmin_home")).text
    assert '<img class="sanduq-mark" src="/static/dashboard/mark.svg"' in text
    assert 'href="/static/icons/box.svg"' in text
    assert "favicon.ico" not in text

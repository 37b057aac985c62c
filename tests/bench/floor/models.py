from django.db import models
from wagtail.models import Page


class BarePage(Page):
    """What Wagtail needs for a page by itself: found by its address, rendered from a template of three lines."""

    template = "floor/bare_page.html"


class PlainContact(models.Model):
    """As many columns as our list of contacts shows, in a list as Wagtail makes it by itself."""

    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    language = models.CharField(max_length=10)

    def __str__(self):
        return self.name


def fill_plain(count: int) -> None:
    """Add `count` rows."""
    PlainContact.objects.bulk_create(
        PlainContact(
            name=f"Contact {number}", email=f"c{number}@x.example", phone=f"+9626500{number:04}", language="ar"
        )
        for number in range(count)
    )

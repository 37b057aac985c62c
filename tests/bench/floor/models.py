from wagtail.models import Page


class BarePage(Page):
    """What Wagtail needs for a page by itself: found by its address, rendered from a template of three lines."""

    template = "floor/bare_page.html"

"""What every page of the site may show, fetched only by templates that ask for it."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .frame import Frame, load_frame


def site_frame(request: HttpRequest) -> dict[str, Frame]:
    """`frame` with menu, footer and languages, and the nonprofit's `profile`. Costs nothing until a template looks."""
    frame = SimpleLazyObject(lambda: load_frame(request))
    return {"frame": frame, "profile": SimpleLazyObject(lambda: frame.profile)}

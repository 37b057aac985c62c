"""The head of a letter, and who signs it."""

from functools import cached_property

from PIL import Image as Picture
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from members.models import NonprofitProfile
from members.pdf import Document, wrap_text
from members.pdf.document import MUTED
from members.pdf.text import REGULAR

LOGO_HEIGHT, LOGO_WIDTH = 18 * mm, 50 * mm
SIGNATURE_HEIGHT, SIGNATURE_WIDTH = 14 * mm, 45 * mm
MOST_PIXELS = 900


class Letterhead:
    """The nonprofit's logo, name and address. Pictures are read once for all letters of a run."""

    def __init__(self, profile: NonprofitProfile):
        self.profile = profile

    @cached_property
    def logo(self) -> ImageReader | None:
        return _picture(self.profile.logo)

    @cached_property
    def signature(self) -> ImageReader | None:
        return _picture(self.profile.signature)

    @property
    def name(self) -> str:
        """In the active language."""
        return str(self.profile.name)

    def facts(self) -> list[str]:
        """Address, telephone and e-mail address, a line each."""
        profile = self.profile
        return [line for line in [*str(profile.postal_address).splitlines(), profile.phone, profile.email] if line]

    def draw(self, page: Document) -> None:
        """Draw it at the top: logo and name where the language starts, the address at the other side."""
        top = page.height - 16 * mm
        inset = page.margin
        if self.logo:
            inset += draw_picture(page, self.logo, inset=inset, top=top, width=LOGO_WIDTH, height=LOGO_HEIGHT) + 10
        y = top - 12
        for line in wrap_text(self.name, font=REGULAR, size=14, width=page.width / 2 - inset + 40)[:2]:
            page.text_at(line, inset=inset, y=y, size=14, bold=True)
            y -= 19
        y = top - 8
        for line in self.facts()[:6]:
            page.text_at(line, inset=page.margin, y=y, size=8, color=MUTED, at_end=True, by_itself=True)
            y -= 12


def draw_picture(
    page: Document, picture: ImageReader, *, inset: float, top: float, width: float, height: float
) -> float:
    """Draw `picture` below `top`, `inset` points from the side where the language starts, and return its width."""
    wide, high = picture.getSize()
    scale = min(width / wide, height / high)
    left = page.width - inset - wide * scale if page.rtl else inset
    page.canvas.drawImage(picture, left, top - high * scale, wide * scale, high * scale, mask="auto")
    return wide * scale


def _picture(image) -> ImageReader | None:
    """The picture as paper needs it: no larger than is seen. None if there is none, or its file is gone or unreadable."""
    if image is None:
        return None
    try:
        with image.file.open() as file:
            picture = Picture.open(file)
            picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
            return ImageReader(picture.convert("RGBA"))
    except OSError:
        return None

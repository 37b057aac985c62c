"""The voters' list on paper: a line for each voter to sign, and on every page by what the list is known to be the same."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.units import mm

from members.domain.assemblies.fingerprint import grouped
from members.models import Assembly, NonprofitProfile, Voter
from members.pdf import Document
from members.pdf.document import HAIRLINE, INK, MUTED, known_language
from members.pdf.text import REGULAR, text_width, wrap_text

MARGIN = 15 * mm
ROW = 11 * mm
HEAD_ROW = 8 * mm
FOOT = 14 * mm
# Widths from the starting side: line, name, number, tier; the rest is for the signature.
_COLUMNS = (12 * mm, 62 * mm, 26 * mm, 34 * mm)
_SIZES = (9.5, 8, 7)


def voters_list_pdf(assembly: Assembly, voters: Iterable[Voter], *, profile: NonprofitProfile, language: str) -> bytes:
    """Return the frozen list of `assembly` in `language`, with a place for each signature.

    A line that was struck off is printed as such, so that the numbers have no gap.
    """
    with translation.override(known_language(language)):
        return _Sheets(assembly, list(voters), organisation=str(profile.name)).draw()


class _Sheets:
    """The pages, drawn from top to bottom; how many there are is known before the first."""

    def __init__(self, assembly: Assembly, voters: list[Voter], *, organisation: str):
        self.assembly, self.voters, self.organisation = assembly, voters, organisation
        self.page = Document(language=translation.get_language(), title=str(assembly), margin=MARGIN)
        self.number = 0
        # The same tiers stand in thousands of lines.
        self.fitted = lru_cache(maxsize=512)(_fitted)

    def draw(self) -> bytes:
        self._head()
        first, following = self._rows_that_fit(self.page.y), self._rows_that_fit(self.page.height - MARGIN)
        left = max(0, len(self.voters) - first)
        self.pages = 1 + -(-left // following)
        self._headings()
        for place, voter in enumerate(self.voters):
            if place == first or (place > first and (place - first) % following == 0):
                self._foot()
                self.page.canvas.showPage()
                self.page.y = self.page.height - MARGIN
                self._headings()
            self._row(voter)
        self._foot()
        return self.page.save()

    def _rows_that_fit(self, top: float) -> int:
        return int((top - HEAD_ROW - MARGIN - FOOT) // ROW)

    def _head(self) -> None:
        page, assembly = self.page, self.assembly
        page.paragraph(self.organisation, size=10, color=MUTED)
        page.paragraph(_("Voters' list: %(assembly)s") % {"assembly": assembly}, size=16, bold=True)
        when = date_format(timezone.localtime(assembly.starts_at), "DATETIME_FORMAT")
        page.paragraph(" · ".join(filter(None, [when, assembly.place])), size=10)
        standing = sum(not voter.is_struck for voter in self.voters)
        frozen = date_format(timezone.localtime(assembly.frozen_at), "SHORT_DATETIME_FORMAT")
        facts = _("Day of record: %(day)s · Voters: %(voters)s · Frozen: %(frozen)s") % {
            "day": date_format(assembly.record_day),
            "voters": standing,
            "frozen": frozen,
        }
        page.paragraph(facts, size=10)
        page.space(6)

    def _headings(self) -> None:
        labels = [_("Line"), _("Name"), _("Member number"), _("Tier"), _("Signature")]
        base = self.page.y - HEAD_ROW + 2.5 * mm
        for inset, label in zip(self._insets(), labels, strict=True):
            self.page.text_at(label, inset=inset, y=base, size=8, color=MUTED)
        self.page.y -= HEAD_ROW
        self._line(INK)

    def _insets(self) -> list[float]:
        insets = [MARGIN]
        for width in _COLUMNS:
            insets.append(insets[-1] + width)
        return insets

    def _row(self, voter: Voter) -> None:
        number_at, name_at, member_at, tier_at, sign_at = self._insets()
        color = MUTED if voter.is_struck else INK
        base = self.page.y - ROW / 2 - 1.2 * mm
        self.page.text_at(str(voter.position), inset=number_at, y=base, size=9, color=MUTED)
        self._cell(_name_on_paper(voter), inset=name_at, width=_COLUMNS[1], color=color)
        self.page.text_at(voter.number, inset=member_at, y=base, size=9, color=color)
        self._cell(str(voter.tier_name), inset=tier_at, width=_COLUMNS[3], color=color)
        if voter.is_struck:
            self.page.text_at(_("struck off"), inset=sign_at, y=base, size=9, color=MUTED)
        self.page.y -= ROW
        self._line(HAIRLINE)

    def _cell(self, text: str, *, inset: float, width: float, color) -> None:
        """Text of any length, smaller and in several lines where it must be; nothing of it is lost but at the very end."""
        lines, size = self.fitted(text, width - 3 * mm)
        leading = size * 1.25
        top = self.page.y - ROW / 2 + (len(lines) - 1) * leading / 2 - size * 0.35
        for number, line in enumerate(lines):
            self.page.text_at(line, inset=inset, y=top - number * leading, size=size, color=color)

    def _line(self, color) -> None:
        canvas = self.page.canvas
        canvas.setStrokeColor(color)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, self.page.y, self.page.width - MARGIN, self.page.y)

    def _foot(self) -> None:
        self.number += 1
        page, y = self.page, MARGIN
        numbers = _("Page %(number)s of %(pages)s") % {"number": self.number, "pages": self.pages}
        page.text_at(_("Fingerprint of the list (SHA-256):"), inset=MARGIN, y=y + 4 * mm, size=7, color=MUTED)
        page.text_at(numbers, inset=MARGIN, y=y + 4 * mm, size=8, color=MUTED, at_end=True)
        # In one direction whatever the language: it is read out digit by digit.
        page.canvas.setFont(REGULAR, 7)
        page.canvas.setFillColor(INK)
        draw = page.canvas.drawRightString if page.rtl else page.canvas.drawString
        draw(page.width - MARGIN if page.rtl else MARGIN, y, grouped(self.assembly.fingerprint))


def _name_on_paper(voter: Voter) -> str:
    name = str(voter)
    if voter.representative_name:
        name = f"{name}\n{_('by %(name)s') % {'name': voter.representative_name}}"
    return f"{name} ({_('added')})" if voter.is_added else name


def _fitted(text: str, width: float) -> tuple[list[str], float]:
    """Return the lines of `text`, at most three, and the size at which they are no wider than `width` points."""
    if "\n" not in text and text_width(text, font=REGULAR, size=_SIZES[0]) <= width:
        return [text], _SIZES[0]
    for size, most in zip(_SIZES, (2, 2, 3), strict=True):
        lines = wrap_text(text, font=REGULAR, size=size, width=width)
        if len(lines) <= most:
            return lines, size
    return [*lines[:2], f"{lines[2]}…"], _SIZES[-1]

"""Address labels on the usual sheets of A4."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from members.documents.press import Press
from members.domain.post import address_lines, households_of, may_be_sent, postal_addresses
from members.models import Address, Contact, LeftOut
from members.pdf import Document, wrap_text
from members.pdf.document import known_language
from members.pdf.text import BOLD, REGULAR

INSET = 5 * mm
# Tried one after another until all lines fit.
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)


@dataclass(frozen=True)
class LabelSheet:
    """Where the labels of a sheet are, in millimetres, as its maker says."""

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float  # from the left edge of one label to that of the next
    down: float

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows


SHEETS = {
    sheet.name: sheet
    for sheet in (
        LabelSheet("L7160", 3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1),
        LabelSheet("L7163", 2, 7, 99.1, 38.1, 4.65, 15.1, 101.6, 38.1),
        LabelSheet("L7159", 3, 8, 63.5, 33.9, 7.2, 12.9, 66.0, 33.9),
        LabelSheet("L7162", 2, 8, 99.1, 33.9, 4.65, 12.9, 101.6, 33.9),
        LabelSheet("L7165", 2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7),
    )
}
MOST_ON_A_SHEET = max(sheet.count for sheet in SHEETS.values())


class LabelPress(Press):
    """One label each on a `sheet`, from label number `first` on; with `once`, one for all of a household.

    With a `purpose`, only for those who agreed to letters about it.
    """

    def begin(self, language: str) -> Document:
        self.sheet = SHEETS[self.values["sheet"]]
        self._place = self.values["first"] - 1
        self._served: set[int] = set()  # households that have their label
        return Document(language=language, title=_("Address labels"), size=A4)

    def add(self, contacts: Sequence[Contact]) -> dict[int, LeftOut]:
        ids = [one.pk for one in contacts]
        agreed = may_be_sent(contacts, purpose=self.values.get("purpose", ""), on=self.on)
        households = households_of(ids, on=self.on) if self.values.get("once") else {}
        addresses = postal_addresses([*ids, *(one.pk for one in households.values())], on=self.on)
        left_out = {}
        for contact in contacts:
            reason = self._add_one(contact, households.get(contact.pk), addresses, agrees=contact.pk in agreed)
            if reason:
                left_out[contact.pk] = reason
        return left_out

    def _add_one(
        self, contact: Contact, household: Contact | None, addresses: dict[int, Address], *, agrees: bool
    ) -> LeftOut | None:
        addressee = household or contact
        if not agrees:
            return LeftOut.NO_CONSENT
        address = addresses.get(addressee.pk) or addresses.get(contact.pk)
        if self.values.get("once") and addressee.pk in self._served:
            return LeftOut.HOUSEHOLD
        if address is None:
            return LeftOut.NO_ADDRESS
        self._served.add(addressee.pk)
        self._draw(addressee, address, language=known_language(contact.preferred_language))
        return None

    def _draw(self, addressee: Contact, address: Address, *, language: str) -> None:
        sheet = self.sheet
        place = self._place % sheet.count
        if place == 0 and self._place:
            self.page.new_page()
        self._place += 1
        row, column = divmod(place, sheet.columns)
        with (
            translation.override(language),
            self.page.part(
                left=(sheet.left + column * sheet.across) * mm,
                bottom=A4[1] - (sheet.top + row * sheet.down + sheet.height) * mm,
                width=sheet.width * mm,
                height=sheet.height * mm,
                language=language,
            ),
        ):
            _draw_label(self.page, addressee.name, address_lines(address))


def _draw_label(page: Document, name: str, lines: list[str]) -> None:
    """The name in bold, the address below, in the middle of the label's height and as large as it fits."""
    width = page.width - 2 * INSET
    for size in SIZES:
        leading = size * 1.45
        broken = [(line, True) for line in wrap_text(name, font=BOLD, size=size, width=width)]
        broken += [(part, False) for line in lines for part in wrap_text(line, font=REGULAR, size=size, width=width)]
        if len(broken) * leading <= page.height - 8:
            break
    else:
        broken = broken[: int((page.height - 8) / leading)]
    y = (page.height + len(broken) * leading) / 2 - size * 1.05
    for line, bold in broken:
        page.text_at(line, inset=INSET, y=y, size=size, bold=bold, by_itself=True)
        y -= leading

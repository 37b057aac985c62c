"""Arabic, Persian and Latin text as a PDF needs it: letters joined, words in the order in which they are drawn.

reportlab draws characters from left to right as given. So lines are broken in logical order, and each finished line is
joined (presentation forms) and then reordered by the Unicode bidirectional algorithm (UAX 9).
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import arabic_reshaper
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "Vazirmatn", "Vazirmatn-Bold"
_FONTS = Path(__file__).parent / "fonts"
# Numbers such as 2026-0042 or dates: after Arabic letters their parts would change places without a mark before them.
_COMPOUND_NUMBER = re.compile(r"(?<![\d\w])(\+?\d[\d.,:/\-–\u00a0]*[\-/:]\d+)")
_LEFT_TO_RIGHT_MARK = "\u200e"
_reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_zwj": True})


@cache
def register_fonts() -> None:
    """Make the two weights known to reportlab, once in a process."""
    pdfmetrics.registerFont(TTFont(REGULAR, str(_FONTS / "Vazirmatn-Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(_FONTS / "Vazirmatn-Bold.ttf")))


# What is measured is drawn afterwards, and a long list says the same tiers again and again.
@lru_cache(maxsize=2048)
def shape_line(text: str, *, rtl: bool) -> str:
    """Return one line as it must be drawn from left to right, in a right-to-left paragraph if `rtl`."""
    marked = _COMPOUND_NUMBER.sub(_LEFT_TO_RIGHT_MARK + r"\1" + _LEFT_TO_RIGHT_MARK, text) if rtl else text
    # The Python implementation mirrors brackets; the faster one at the top of `bidi` does not.
    shown = get_display(_reshaper.reshape(marked), base_dir="R" if rtl else "L")
    return shown.replace(_LEFT_TO_RIGHT_MARK, "").replace("\u200f", "").replace("\u200c", "")


def reads_from_right(text: str) -> bool:
    """Whether a line that stands for itself, such as one of an address, is read from the right: by its first letter."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False


def text_width(text: str, *, font: str, size: float) -> float:
    """Width of one line in points, as drawn."""
    register_fonts()
    return pdfmetrics.stringWidth(shape_line(text, rtl=False), font, size)


def wrap_text(text: str, *, font: str, size: float, width: float) -> list[str]:
    """Break `text` into lines no wider than `width` points, in logical order; a word that is wider is cut."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if not line or text_width(candidate, font=font, size=size) <= width:
                line = candidate
            else:
                lines.append(line)
                line = word
            while text_width(line, font=font, size=size) > width and len(line) > 1:
                fitting = _longest_prefix(line, font=font, size=size, width=width)
                lines.append(line[:fitting])
                line = line[fitting:]
        lines.append(line)
    return lines


def _longest_prefix(word: str, *, font: str, size: float, width: float) -> int:
    """How many characters of `word` fit, at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(word[:middle], font=font, size=size) <= width:
            low = middle
        else:
            high = middle - 1
    return low

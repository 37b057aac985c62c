"""Contrast of colours as WCAG 2.2 measures it, and the nearest colour that passes."""

import colorsys
import re

PAPER = "#FBF7EF"
NIGHT_PAPER = "#0E1B1B"
LEAST_CONTRAST = 4.5
# At night the accent stands on dark paper; seven to one leaves it readable on cards and tints as well.
NIGHT_CONTRAST = 7.0


def is_colour(text: str) -> bool:
    """True for # and six hexadecimal digits."""
    return bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", text))


def relative_luminance(colour: str) -> float:
    """Lightness of a colour such as #0B5D5A, 0.0 for black to 1.0 for white (WCAG 2.2, "relative luminance").

    Raises ValueError for anything but # and six digits.
    """
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1.0 to 21.0, whichever comes first (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def nearest_readable(colour: str, *, paper: str = PAPER, least: float = LEAST_CONTRAST) -> str:
    """Return the colour of the same hue nearest to `colour` whose contrast on `paper` is `least` or more.

    It gets darker on light paper and lighter on dark paper. Raises ValueError where even black or white would not do.
    """
    if contrast(colour, paper) >= least:
        return colour.upper()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    darken = relative_luminance(paper) > 0.18
    for step in range(1, 1001):
        changed = lightness * (1 - step / 1000) if darken else lightness + (1 - lightness) * step / 1000
        candidate = _hex(colorsys.hls_to_rgb(hue, changed, saturation))
        if contrast(candidate, paper) >= least:
            return candidate
    raise ValueError(f"No colour has a contrast of {least} on {paper}.")


def night_variant(accent: str) -> str:
    """The accent as it is shown on dark paper."""
    return nearest_readable(accent, paper=NIGHT_PAPER, least=NIGHT_CONTRAST)


def _channels(colour: str) -> tuple[float, float, float]:
    if not is_colour(colour):
        raise ValueError(f"A colour is # and six digits, such as #0B5D5A, but is {colour[:20]!r}.")
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in channels)

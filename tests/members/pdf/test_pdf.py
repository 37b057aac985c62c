import subprocess
import unicodedata
from datetime import date

import pytest

from members.documents.card import LEAST_SIZE, card_pdf, fitted
from members.domain.cards import own_face
from members.models import NonprofitProfile
from members.pdf import Document, shape_line, wrap_text
from members.pdf.text import BOLD, REGULAR, text_width
from tests.factories.members import MemberCardFactory, TermFactory


def test_arabic_letters_are_joined_and_run_from_the_right():
    # "سلام" in presentation forms, its first letter last because drawing starts at the left.
    assert shape_line("سلام", rtl=True) == "ﻡﻼﺳ"


def test_a_number_with_dashes_keeps_its_order_after_arabic():
    assert "2026-0042" in shape_line("رقم 2026-0042", rtl=True)


def test_brackets_are_mirrored():
    assert shape_line("(سلام)", rtl=True).startswith("(")


def test_lines_are_broken_in_logical_order_and_long_words_are_cut():
    text = "كلمة " * 30 + "x" * 300
    lines = wrap_text(text.strip(), font=REGULAR, size=11, width=200)
    assert lines[0].startswith("كلمة كلمة")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def pdf_of(language):
    page = Document(language=language, title="Test")
    page.line("إيصال رقم 2026-0042 (نسخة)" if language == "ar" else "Receipt 2026-0042 (copy)")
    return page.save()


def test_the_same_content_gives_the_same_bytes():
    assert pdf_of("ar") == pdf_of("ar")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_words_can_be_copied_in_reading_order(tmp_path, language):
    path = tmp_path / "test.pdf"
    path.write_bytes(pdf_of(language))
    try:
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    words = "إيصال" if language == "ar" else "Receipt"
    # Joined letters are stored as presentation forms; readers fold them as NFKC does.
    text = unicodedata.normalize("NFKC", done.stdout)
    assert words in text
    assert "2026-0042" in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "en", "fa"])
def test_a_card_is_drawn_in_every_language_also_with_a_long_name(language):
    term = TermFactory(membership__contact__given_name="عبد الرحمن", membership__contact__family_name="ا" * 120)
    face = own_face(MemberCardFactory(membership=term.membership).membership, on=date(2026, 6, 1))
    pdf = card_pdf(face, profile=NonprofitProfile(), qr_text="https://sanduq.example/card/x/", language=language)
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "is_whole"),
    [
        ("Hannah Weber", True),
        ("Maria del Carmen Esperanza Rodríguez", True),
        ("عبد الرحمن بن عبد العزيز الخطيب", True),
        ("W" * 60, False),
        ("ا" * 500, False),
    ],
)
def test_a_name_on_a_card_is_set_smaller_before_it_is_cut(name, is_whole):
    shown, size = fitted(name, font=BOLD, size=12, width=214)
    assert (shown == name) == is_whole
    assert LEAST_SIZE <= size <= 12
    assert text_width(shown, font=BOLD, size=size) <= 214

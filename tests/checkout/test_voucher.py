"""The voucher of a present: one page in any language."""

import pytest

from checkout.documents.voucher import voucher_pdf
from members.models import NonprofitProfile
from tests.factories.presents import PresentFactory

pytestmark = pytest.mark.django_db
URL = "https://sanduq.example/ar/pay/present/WzFd:" + "a" * 43 + "/"


def pages(pdf: bytes) -> int:
    return pdf.count(b"/Type /Page\n")


@pytest.mark.parametrize("language", ["ar", "en", "fa"])
@pytest.mark.parametrize(
    "greeting",
    ["", "كل عام وأنتِ بخير " * 16, "words " * 50, "\n" * 300, "a\n" * 150],
    ids=["none", "arabic", "latin", "empty lines", "many lines"],
)
def test_it_is_one_page_whatever_the_greeting(language, greeting):
    pdf = voucher_pdf(PresentFactory(language=language, greeting=greeting), profile=NonprofitProfile(), url=URL)
    assert pdf.startswith(b"%PDF")
    assert f"({URL})".encode() in pdf
    assert pages(pdf) == 1


def test_the_same_present_gives_the_same_bytes():
    present = PresentFactory()
    assert len({voucher_pdf(present, profile=NonprofitProfile(), url=URL) for _time in range(2)}) == 1

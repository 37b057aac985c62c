"""The nonprofit may choose a colour; its readers must still be able to read it."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from members.colour import NIGHT_PAPER, PAPER, contrast, nearest_readable, night_variant
from members.models import NonprofitProfile


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        pytest.param("#000000", "#FFFFFF", 21.0, id="black on white"),
        pytest.param("#FFFFFF", "#000000", 21.0, id="either way round"),
        pytest.param("#777777", "#FFFFFF", 4.48, id="the well-known grey that just fails"),
        pytest.param("#0B5D5A", "#FBF7EF", 7.21, id="our accent"),
    ],
)
def test_contrast_is_the_one_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("pale", ["#FFD700", "#87CEEB", "#FFFFFF", "#FBF7EF", "#98FB98"])
def test_the_nearest_readable_colour_just_passes(pale):
    nearest = nearest_readable(pale)

    assert 4.5 <= contrast(nearest, PAPER) < 4.65


def test_a_readable_colour_is_left_alone():
    assert nearest_readable("#0b5d5a") == "#0B5D5A"


def test_any_accent_has_a_variant_for_the_night():
    assert min(contrast(night_variant(accent), NIGHT_PAPER) for accent in ("#000000", "#0B5D5A", "#A3201D")) >= 7


def test_a_pale_accent_is_refused_with_the_nearest_that_passes(db):
    profile = NonprofitProfile(site=Site.objects.get(), accent_colour="#FFD700")

    with pytest.raises(ValidationError) as refusal:
        profile.full_clean()

    nearest = nearest_readable("#FFD700")
    assert refusal.value.message_dict == {
        "accent_colour": [f"#FFD700 is too pale to be read on paper. The nearest that passes is {nearest}."]
    }


def test_the_accent_is_served_as_a_stylesheet_that_may_be_kept(client):
    response = client.get("/theme.css?v=7a1f5c")

    assert response.headers["Content-Type"] == "text/css"
    assert "immutable" in response.headers["Cache-Control"]
    assert "--accent: #7A1F5C;" in response.text


@pytest.mark.parametrize("value", ["", "red", "12345", "1234567", "}body{", "%00" * 6, "١٢٣٤٥٦"])
def test_nothing_but_a_colour_gets_into_the_stylesheet(client, value):
    assert client.get(f"/theme.css?v={value}").status_code == 400

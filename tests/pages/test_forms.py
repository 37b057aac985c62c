"""`{{ form }}` anywhere: label above, help, what is wrong beside the field, tied together for screen readers."""

from bs4 import BeautifulSoup
from django import forms


class Questions(forms.Form):
    name = forms.CharField(max_length=5, help_text="As on your card.")
    level = forms.ChoiceField(choices=[("5", "Excellent"), ("1", "Weak")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree.")
    nickname = forms.CharField(required=False)
    amount = forms.DecimalField()
    key = forms.CharField(widget=forms.HiddenInput)


def rendered(data=None) -> BeautifulSoup:
    form = Questions(data)
    form.fields["amount"].currency = "JOD"
    return BeautifulSoup(str(form), "html.parser")


def test_every_field_has_a_label_of_its_own():
    html = rendered()

    inputs = html.select("input:not([type=hidden])")
    assert [bool(html.find("label", attrs={"for": each["id"]})) for each in inputs] == [True] * len(inputs)
    assert html.select_one("fieldset legend").get_text(strip=True) == "Level"


def test_an_error_stands_by_its_field_and_is_read_with_it():
    html = rendered({"name": "far too long"})

    field = html.select_one("[name=name]")
    described_by = field["aria-describedby"].split()
    assert field["aria-invalid"] == "true"
    assert field["value"] == "far too long"
    assert [html.find(id=each).get_text(strip=True) for each in described_by] == [
        "As on your card.",
        "Ensure this value has at most 5 characters (it has 12).",
    ]
    assert html.select_one("fieldset")["aria-describedby"] == "id_level_error"
    assert html.find(id="id_level_error")


def test_optional_fields_say_so_and_amounts_name_their_currency():
    html = rendered()

    assert [mark.parent["for"] for mark in html.select(".field__optional")] == ["id_nickname"]
    assert html.select_one(".field__unit").get_text() == "JOD"


def test_what_is_wrong_with_the_whole_form_is_announced():
    form = Questions({"key": "k"})
    form.add_error(None, "The shift is full.")

    alert = BeautifulSoup(str(form), "html.parser").select_one("[role=alert]")

    assert alert.get_text(strip=True) == "The shift is full."


def test_hidden_fields_survive():
    assert rendered().select_one("input[type=hidden]")["name"] == "key"

"""What the styleguide shows: every component in its states, with short and overlong words, once for each direction."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import override


@dataclass(frozen=True)
class Specimens:
    """The components' words in one language."""

    language: str
    direction: str
    title: str
    short: str
    sentence: str
    long_name: str
    steps: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    choices: tuple[tuple[str, str], ...]

    @property
    def form(self) -> forms.Form:
        """Every kind of field, untouched."""
        return self._form(None)

    @property
    def broken_form(self) -> forms.Form:
        """The same fields after a mistaken answer to each."""
        form = self._form({"name": "x" * 30, "email": "salam", "amount": "-1", "day": "1900-01-01", "choice": "none"})
        form.add_error(None, self.sentence)
        form.add_error("day", self.sentence)
        return form

    @property
    def tabs(self) -> list[dict[str, str]]:
        return [
            {"id": f"tab-{self.language}-{number}", "title": title, "text": self.sentence}
            for number, title in enumerate(self.steps)
        ]

    def _form(self, data: dict | None) -> forms.Form:
        form = SpecimenForm(data, prefix=None, auto_id=f"{self.language}_{'broken' if data else 'plain'}_%s")
        for field in form.fields.values():
            field.label = self.short
            field.help_text = self.sentence
        form.fields["amount"].currency = "JOD"
        form.fields["choice"].choices = self.choices
        form.fields["several"].choices = self.choices
        form.fields["select"].choices = self.choices
        form.fields["closed"].initial = self.short
        if data:
            with override(self.language):
                form.errors  # noqa: B018 -- worked out now, while the language is the specimen's own
        return form


class SpecimenForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(max_length=20)
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    amount = forms.DecimalField(min_value=1, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    select = forms.ChoiceField()
    choice = forms.ChoiceField(widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    agree = forms.BooleanField()
    file = forms.FileField(required=False)
    closed = forms.CharField(required=False, disabled=True)


# Specimens are no interface text: both languages stand side by side whatever the reader's own, so neither is translated.
ARABIC = Specimens(
    language="ar",
    direction="rtl",
    title="من اليمين إلى اليسار",
    short="الاسم الأول",
    sentence="جملة قصيرة واضحة تقول ما يحدث بعد ذلك، مع رقم 2026-0042 وكلمة Sanduq داخلها.",
    long_name="عبد الرحمن بن محمد عبد اللطيف آل الشيخ الحسيني المعروف بأبي الفضل النيسابوري الطويل الاسم جدًّا",
    steps=("بياناتك", "الدفع", "تم"),
    columns=("الخدمة", "الإجابات", "ممتاز"),
    rows=(("المطبخ", "1,240", "62%"), ("العيادة", "86", "48%"), ("الصف المسائي", "7", "—")),
    choices=(("once", "مرة واحدة"), ("month", "كل شهر"), ("long", "خيار طويل جدًا يحتاج إلى سطرين على شاشة هاتف صغير")),
)
ENGLISH = Specimens(
    language="en",
    direction="ltr",
    title="From left to right",
    short="Given name",
    sentence="A short, clear sentence that says what happens next, with a number 2026-0042 and the word صندوق in it.",
    long_name="Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh van der Hoogenboom, Maria Magdalena Antoinette",
    steps=("Your details", "Payment", "Done"),
    columns=("Service", "Answers", "Excellent"),
    rows=(("Kitchen", "1,240", "62%"), ("Clinic", "86", "48%"), ("Evening class", "7", "—")),
    choices=(
        ("once", "Once"),
        ("month", "Every month"),
        ("long", "A very long choice that needs two lines on a phone"),
    ),
)


def specimens() -> list[Specimens]:
    """Both directions, each in a language that is written so."""
    return [ARABIC, ENGLISH]

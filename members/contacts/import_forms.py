from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.domain.importing.columns import import_fields
from members.domain.importing.reading import MOST_BYTES
from members.models import ImportMapping, ImportRun


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("CSV or XLSX, with the names of the columns in its first row. At most {most} MB."),
            most=MOST_BYTES // 2**20,
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    saved = forms.ModelChoiceField(
        ImportMapping.objects.all(), label=_("Columns as in"), required=False, empty_label=_("guess from the headings")
    )


class MappingForm(forms.Form):
    """What each column holds."""

    overwrite = forms.BooleanField(
        label=_("Put what the file says in place of what is on record"),
        required=False,
        help_text=_("Otherwise only empty fields are filled; addresses, telephones and tags are added either way."),
    )
    save_as = forms.CharField(
        label=_("Keep these columns under a name, for the next file of the kind"), max_length=100, required=False
    )

    def __init__(self, *args, run: ImportRun, samples: list[list[str]], with_terms: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self._run = run
        fields = import_fields(with_terms=with_terms)
        choices = [("", _("leave out")), *((field.code, field.label) for field in fields)]
        self._names = []
        for number, heading in enumerate(run.columns):
            name = f"column_{number}"
            shown = " · ".join(row[number][:40] for row in samples if number < len(row) and row[number].strip())
            self.fields[name] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=run.mapping.get(str(number), ""),
                help_text=shown,
            )
            self._names.append(name)

    @property
    def columns(self) -> list[forms.BoundField]:
        """One field for each column of the file."""
        return [self[name] for name in self._names]

    def clean(self):
        data = super().clean()
        if not {"name", "given_name", "family_name", "organisation_name", "member_number"} & set(
            self.mapping().values()
        ):
            raise forms.ValidationError(_("Please say which column holds the name, or the member number."))
        return data

    def mapping(self) -> dict[str, str]:
        """Field by number of the column, columns that are left out not named."""
        chosen = ((str(number), self.cleaned_data.get(name)) for number, name in enumerate(self._names))
        return {number: code for number, code in chosen if code}

    def by_heading(self) -> dict[str, str]:
        """Field by heading, as a saved mapping keeps it."""
        return {self._run.columns[int(number)]: code for number, code in self.mapping().items()}

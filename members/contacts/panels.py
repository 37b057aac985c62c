from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel

from members.contacts.forms import ContactForm


class CustomFieldsPanel(Panel):
    """The nonprofit's own questions, whichever there are today."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "members/contacts/custom_fields_panel.html"

        def is_shown(self):
            return bool(self.form and self.form.custom_fields)

        def get_context_data(self, parent_context=None):
            return {**super().get_context_data(parent_context), "fields": self.form.custom_bound_fields}


class FormFieldsPanel(Panel):
    """Fields of the form that are none of the model, by name; those that the form left out are not shown."""

    def __init__(self, names: tuple[str, ...] = (), **kwargs):
        super().__init__(**kwargs)
        self.names = names

    def clone_kwargs(self):
        return {**super().clone_kwargs(), "names": self.names}

    class BoundPanel(Panel.BoundPanel):
        template_name = "members/contacts/custom_fields_panel.html"

        def get_context_data(self, parent_context=None):
            fields = [self.form[name] for name in self.panel.names if name in self.form.fields]
            return {**super().get_context_data(parent_context), "fields": fields}


class WholeForm(ObjectList):
    """Panels that draw every field of their form. Wagtail would draw those that are none of the model's once more."""

    class BoundPanel(ObjectList.BoundPanel):
        def render_missing_fields(self):
            return ""


contact_edit_handler = WholeForm(
    [
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("given_name"),
                FieldPanel("family_name"),
                FieldPanel("organisation_name"),
                FieldPanel("salutation"),
                FieldPanel("birth_date"),
                FieldPanel("died_on"),
            ],
            heading=_("Who it is"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("preferred_language"),
                FieldPanel("calendar"),
                FieldPanel("owner"),
                FieldPanel("tags", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("How we deal with them"),
        ),
        InlinePanel("emails", heading=_("E-mail addresses"), label=_("E-mail address")),
        InlinePanel("phones", heading=_("Telephones"), label=_("Telephone")),
        InlinePanel("addresses", heading=_("Addresses"), label=_("Address")),
        CustomFieldsPanel(heading=_("Our own fields")),
        FormFieldsPanel(("photo_file", "remove_photo", "version", "confirmed"), heading=_("Photo")),
    ],
    base_form_class=ContactForm,
)

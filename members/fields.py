"""Model fields that the libraries almost give us."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from djmoney.forms.widgets import MoneyWidget
from djmoney.models.fields import MoneyField as DjangoMoneyField
from djmoney.money import Money
from i18nfield import fields as i18nfield_fields
from i18nfield.forms import I18nTextarea, I18nTextInput


class MoneyField(DjangoMoneyField):
    """An amount with its currency, stored with three decimals and never without a currency.

    Reading gives Money; the library's own field tells the type checker that it is a Decimal.
    """

    if TYPE_CHECKING:
        _pyi_private_set_type: Money
        _pyi_private_get_type: Money

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 3, "default_currency": None, **kwargs})

    def formfield(self, **kwargs):
        """Two inputs under one label: each says for itself what it is, to those who do not see them together."""
        field = super().formfield(**kwargs)
        if isinstance(field.widget, MoneyWidget):
            for part, label in zip(field.widget.widgets, (self.verbose_name, _("currency")), strict=True):
                part.attrs["aria-label"] = capfirst(label)
        return field

    def deconstruct(self):
        """Migrations name the library's field, so that they stay true whatever becomes of this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "djmoney.models.fields.MoneyField", args, kwargs


def private_storage() -> Storage:
    """Where files lie that only a view which asks who you are may hand out."""
    return storages["private"]


class ByteOrderedCharField(models.CharField):
    """A line whose order and ranges are those of its UTF-8 bytes on every database.

    PostgreSQL otherwise sorts by the language of the server, and then cannot read "all that begins with" from an index.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        return {**parameters, "collation": "C"} if connection.vendor == "postgresql" else parameters

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "members.fields.ByteOrderedCharField", args, kwargs


class _LabelledLanguages:
    """Says beside each of the inputs of one text which language it is, for eyes and for screen readers."""

    def format_output(self, rendered_widgets, id_) -> str:
        names = [dict(settings.LANGUAGES)[code] for code in self.locales if code in self.enabled_locales]
        # The inputs come rendered, and escaped, from Django's own widgets.
        inputs = [mark_safe(html) for html in rendered_widgets]  # noqa: S308
        rows = format_html_join(
            "",
            '<div class="sanduq-language"><label for="{}_{}">{}</label>{}</div>',
            ((id_, number, names[number], html) for number, html in enumerate(inputs)),
        )
        return format_html('<div class="i18n-form-group" id="{}">{}</div>', id_, rows)


class LabelledTextInput(_LabelledLanguages, I18nTextInput):
    """One line in each language."""


class LabelledTextarea(_LabelledLanguages, I18nTextarea):
    """A longer text in each language."""


class I18nCharField(i18nfield_fields.I18nCharField):
    """A line that staff write in each language."""

    widget = LabelledTextInput

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "i18nfield.fields.I18nCharField", args, kwargs


class I18nTextField(i18nfield_fields.I18nTextField):
    """A longer text that staff write in each language."""

    widget = LabelledTextarea

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "i18nfield.fields.I18nTextField", args, kwargs

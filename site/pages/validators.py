"""What staff may type where."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# An address inside the site, or outside of it; never "javascript:" or "//elsewhere".
is_web_address = RegexValidator(
    r"^(https?://\S+|/(?!/)\S*|mailto:\S+|tel:\S+|#\S+)$",
    _("Write an address that begins with https:// or, inside this site, with /."),
)

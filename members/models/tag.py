from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word that staff put on contacts to find them again."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self):
        return self.name

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField


class ServiceQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)


class Service(models.Model):
    """What is rated or complained about: a desk, a programme, a clinic, at one branch or at all of them."""

    name = I18nCharField(_("name"), max_length=200)
    branch = I18nCharField(_("branch"), max_length=200, blank=True)
    is_offered = models.BooleanField(_("offered in forms"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self):
        # Brackets, since a comma is another one in Arabic and Persian.
        return f"{self.name} ({self.branch})" if self.branch else str(self.name)

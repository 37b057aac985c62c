from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """A person was erased: when, why and by whom, and how many records went or stayed. Nothing here says who it was."""

    contact_pk = models.BigIntegerField(_("number of the record"), unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    counts = models.JSONField(default=dict)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("erased by")
    )
    erased_at = models.DateTimeField(_("erased at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self):
        return str(self.contact_pk)


class RetentionRule(models.Model):
    """How long records of one kind are kept. The kinds are those that the wings tell `members.domain.retention`."""

    kind = models.CharField(_("kind of record"), max_length=60, unique=True)
    months = models.PositiveSmallIntegerField(_("months to keep"))
    is_active = models.BooleanField(_("carried out each night"), default=False)

    class Meta:
        ordering = ["kind"]
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")

    def __str__(self):
        return self.kind

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField

from .contact import Contact, ContactKind


class RelationshipType(models.Model):
    """How two contacts may belong together, said from either side: "is employed by", "employs"."""

    code = models.SlugField(_("short name"), unique=True)
    name = I18nCharField(_("said of the first"), max_length=120)
    reverse_name = I18nCharField(_("said of the second"), max_length=120)
    from_kind = models.CharField(_("the first is"), max_length=12, choices=ContactKind, blank=True)
    to_kind = models.CharField(_("the second is"), max_length=12, choices=ContactKind, blank=True)
    # A guardian of one's guardian, or a branch of its own branch, would make no sense; two colleagues may well.
    is_hierarchical = models.BooleanField(
        _("may not lead back to oneself"), default=False, help_text=_("Refuses circles, such as a guardian's guardian.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("kind of relationship")
        verbose_name_plural = _("kinds of relationship")

    def __str__(self):
        return str(self.name)


class RelationshipQuerySet(models.QuerySet):
    def in_force_on(self, day: date):
        has_begun = models.Q(starts_on=None) | models.Q(starts_on__lte=day)
        has_not_ended = models.Q(ends_on=None) | models.Q(ends_on__gte=day)
        return self.filter(has_begun, has_not_ended)

    def of(self, contact: Contact):
        return self.filter(models.Q(from_contact=contact) | models.Q(to_contact=contact))


class Relationship(models.Model):
    """`from_contact` is `type.name` `to_contact`, from a day to a day, both included; an empty end is open."""

    type = models.ForeignKey(
        RelationshipType, on_delete=models.PROTECT, related_name="relationships", verbose_name=_("kind")
    )
    from_contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="relationships_from")
    to_contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="relationships_to")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["type", "pk"]
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(from_contact=models.F("to_contact")),
                name="relationship_joins_two",
                violation_error_message=_("Nobody can be related to themselves."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="relationship_ends_on_or_after_start",
                violation_error_message=_("A relationship cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.from_contact} {self.type.name} {self.to_contact}"

    def is_in_force_on(self, day: date) -> bool:
        """Whether it holds on `day`."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class VolunteersError(Exception):
    """A rule of volunteering said no. Its text is a sentence for the person who asked."""


class ShiftFullError(VolunteersError):
    """The last place went to somebody else."""

    def __init__(self):
        super().__init__(_("All places of this shift are taken. You can join the waiting list instead."))


class ShiftNotOpenError(VolunteersError):
    """A shift has begun already, or its opportunity takes nobody at the moment."""

    def __init__(self):
        super().__init__(_("This shift is no longer open for sign-up. Please choose another one."))


class InvalidHoursError(VolunteersError):
    """Hours that cannot have been worked on one day, or not yet."""


class CapacityTooSmallError(VolunteersError):
    """Fewer places were asked for than are taken."""

    def __init__(self, taken: int):
        self.taken = taken
        super().__init__(
            ngettext(
                "%(taken)s volunteer has a place already, so there cannot be fewer places.",
                "%(taken)s volunteers have a place already, so there cannot be fewer places.",
                taken,
            )
            % {"taken": taken}
        )

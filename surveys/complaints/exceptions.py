from django.utils.translation import gettext as _


class ComplaintsError(Exception):
    """The complaint box refused something. Its text is a sentence for the person who asked."""


class UnknownCodeError(ComplaintsError):
    """No case belongs to a follow-up code."""

    def __init__(self):
        super().__init__(_("We know no case with this code. Please compare all 20 digits with what you wrote down."))


class TooManyTriesError(ComplaintsError):
    """Too many wrong codes came from one place."""

    def __init__(self):
        super().__init__(_("Too many wrong codes were entered. Please try again in an hour."))


class CaseClosedError(ComplaintsError):
    """A closed case was written to."""

    def __init__(self):
        super().__init__(_("This case is closed. If something is still open, please write to us anew."))

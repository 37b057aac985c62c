from django.utils.translation import gettext as _


class OutreachError(Exception):
    """A rule of outreach said no. Its text is a sentence for the member of staff who asked."""


class CampaignAlreadySentError(OutreachError):
    """Somebody sent the campaign before."""

    def __init__(self):
        super().__init__(_("This campaign has been sent already. Make a new one to write again."))


class CampaignWithoutTextError(OutreachError):
    """There is nothing to say."""

    def __init__(self):
        super().__init__(_("Please write the text in at least one language first."))


class NotUncertainError(OutreachError):
    """A delivery whose fate is known was to be settled by hand."""

    def __init__(self):
        super().__init__(_("Somebody has settled this already. The page shows how it stands now."))

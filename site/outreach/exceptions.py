from django.utils.translation import gettext as _


class OutreachError(Exception):
    """A rule of outreach said no. Its text is a sentence for the member of staff who asked."""


class CampaignAlreadySentError(OutreachError):
    """Somebody sent the campaign before."""

    def __init__(self):
        super().__init__(_("This campaign has been sent already. Copy it to send another."))


class CampaignWithoutTextError(OutreachError):
    """There is nothing to say."""

    def __init__(self):
        super().__init__(_("Please write the text in at least one language first."))

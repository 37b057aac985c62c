"""The finished e-mail of one delivery: template or campaign, recipient's values, attachments, headers."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from members.models import NonprofitProfile
from outreach.domain import automatic_messages, giving_messages, present_messages
from outreach.domain.addresses import unsubscribe_url
from outreach.domain.attachments import attachment
from outreach.domain.reminders import values_of
from outreach.domain.rendering import Letter, Sender, Text, compose
from outreach.domain.survey_results import results_html, results_plain
from outreach.models import Campaign, Delivery, MessageTemplate


class MissingTextError(LookupError):
    """There is no text for a message in any language."""


def letter_for(delivery: Delivery, *, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """Return the e-mail of `delivery`, ready to be handed over. Raises MissingTextError."""
    profile = current_profile()
    if delivery.campaign:
        letter = campaign_letter(delivery.campaign, delivery, profile=profile)
    else:
        letter = template_letter(delivery, profile=profile)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.plain,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.address],
        connection=connection,
        headers=_headers(delivery),
    )
    message.attach_alternative(letter.html, "text/html")
    for kind, pk in delivery.attachments:
        file = attachment(kind, pk, language=delivery.language, profile=profile)
        message.attach(file.name, file.content, file.media_type)
    return message


def template_letter(delivery: Delivery, *, profile: NonprofitProfile) -> Letter:
    """Fill the template of `delivery` in its language, or in the site's first language when that is missing."""
    templates = {template.language: template for template in MessageTemplate.objects.filter(key=delivery.template)}
    template = templates.get(delivery.language) or templates.get(settings.LANGUAGE_CODE)
    if template is None:
        raise MissingTextError(
            f"There is no message template {delivery.template!r}. Run `manage.py migrate` to add it."
        )
    context = {
        **delivery.context,
        **values_of(delivery),
        **automatic_messages.values_of(delivery),
        **present_messages.values_of(delivery),
        **giving_messages.values_of(delivery),
    }
    values = {"name": delivery.contact.short_name if delivery.contact else "", **context}
    return compose(
        Text(template.language, template.subject, template.body, template.button_label),
        sender=Sender.of(profile, template.language),
        values={"organisation": Sender.of(profile, template.language).name, **values},
        button_url=str(context.get("button_url", "")),
        quiet_label=str(context.get("quiet_label", "")),
        quiet_url=str(context.get("quiet_url", "")),
    )


def campaign_letter(campaign: Campaign, delivery: Delivery, *, profile: NonprofitProfile) -> Letter:
    """Lay out `campaign` for one recipient, with the survey's published results if it carries any."""
    text = campaign.text_in(delivery.language)
    if text is None:
        raise MissingTextError(f"The campaign {campaign.name!r} has no text in any language.")
    sender = Sender.of(profile, text.language)
    with translation.override(text.language):
        html = results_html(campaign.survey) if campaign.survey else ""
        plain = results_plain(campaign.survey) if campaign.survey else ""
    return compose(
        Text(text.language, text.subject, text.body, text.button_label),
        sender=sender,
        values={"name": delivery.contact.short_name if delivery.contact else "", "organisation": sender.name},
        button_url=campaign.button_url,
        unsubscribe_url=unsubscribe_url(delivery),
        extra_html=html,
        extra_plain=plain,
    )


def current_profile() -> NonprofitProfile:
    """Return the profile of the site, since a message has no request to tell it by."""
    return (
        NonprofitProfile.objects.select_related("site").order_by("-site__is_default_site").first() or NonprofitProfile()
    )


def _headers(delivery: Delivery) -> dict[str, str]:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    # Known before the network call, so that a bounce or a complaint can be matched to what was sent.
    headers = {"Message-ID": f"<{delivery.token}@{host}>", "Content-Language": delivery.language}
    if delivery.purpose:
        # RFC 8058: a mail program may unsubscribe with one POST, without opening a page.
        headers["List-Unsubscribe"] = f"<{unsubscribe_url(delivery)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        headers["Precedence"] = "bulk"
    else:
        headers["Auto-Submitted"] = "auto-generated"
    return headers

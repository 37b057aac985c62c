from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from donations.models import Gift, Payment, PaymentEvent, Receipt, RecurringGift
from donations.permissions import RecordPolicy
from donations.viewsets import DonationsViewSetGroup

for model in (Gift, Payment, PaymentEvent, Receipt, RecurringGift):
    register_permission_policy(model, RecordPolicy(model))

register_snippet(DonationsViewSetGroup)

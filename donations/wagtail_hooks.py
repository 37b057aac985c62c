from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from donations.models import Gift, MetalPrice, Payment, PaymentEvent, Receipt, RecurringGift
from donations.viewsets import DonationsViewSetGroup
from members.permissions import AddOnlyPolicy, RecordPolicy

for model in (Gift, Payment, PaymentEvent, Receipt, RecurringGift):
    register_permission_policy(model, RecordPolicy(model))

register_permission_policy(MetalPrice, AddOnlyPolicy(MetalPrice))

register_snippet(DonationsViewSetGroup)

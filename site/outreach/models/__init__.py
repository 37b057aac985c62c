from .campaign import Campaign, CampaignStatus, CampaignText, Segment
from .delivery import Delivery, DeliveryState, Suppression
from .template import MessageTemplate

__all__ = [
    "Campaign",
    "CampaignStatus",
    "CampaignText",
    "Delivery",
    "DeliveryState",
    "MessageTemplate",
    "Segment",
    "Suppression",
]

"""Forget the kept frame, and the bodies kept with it, as soon as something in them changes."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from donations.models import Appeal
from members.models import NonprofitProfile

from .frame import forget_frames
from .models import Menu, MenuItem


@receiver([post_save, post_delete], sender=NonprofitProfile)
@receiver([post_save, post_delete], sender=Appeal)
@receiver([post_save, post_delete], sender=Menu)
@receiver([post_save, post_delete], sender=MenuItem)
@receiver([post_save, post_delete], sender=Site)
@receiver([post_save, post_delete], sender=get_image_model())
@receiver([post_save, post_delete], sender=get_document_model())
@receiver([page_published, page_unpublished, post_page_move])
def on_frame_change(**kwargs) -> None:
    forget_frames()

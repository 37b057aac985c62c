"""Forget the kept frame as soon as something in it changes."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from members.models import NonprofitProfile

from .frame import forget_frames
from .models import Menu, MenuItem


@receiver([post_save, post_delete], sender=NonprofitProfile)
@receiver([post_save, post_delete], sender=Menu)
@receiver([post_save, post_delete], sender=MenuItem)
@receiver([post_save, post_delete], sender=Site)
@receiver([page_published, page_unpublished, post_page_move])
def on_frame_change(**kwargs) -> None:
    forget_frames()

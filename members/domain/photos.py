"""A contact's photo: checked to be one, made small, and freed of what a camera writes into it."""

import io
import uuid
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from members.models import Contact

MOST_BYTES = 10 * 2**20
MOST_PIXELS = 50_000_000
SIDE = 800  # pixels, the longer one
THUMBNAIL_SIDE = 240  # pixels; shown at 96, so sharp on a telephone as well
_FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]


def clean_photo(upload: File) -> ContentFile:
    """Return `upload` as a small JPEG without metadata, so without the place where it was taken.

    Raises ValidationError for what is no picture, is too large, or unpacks to more than MOST_PIXELS.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(
            _("Please choose a picture of at most %(most)s MB."), params={"most": MOST_BYTES // 2**20}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels."))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise ValidationError(_("This is not a picture that can be read. JPEG and PNG work.")) from None
    upright.thumbnail((SIDE, SIDE))
    # A new picture takes over the pixels alone.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    content = io.BytesIO()
    bare.save(content, "JPEG", quality=85, optimize=True)
    return ContentFile(content.getvalue(), name=f"{uuid.uuid4()}.jpg")


def set_photo(contact: Contact, photo: ContentFile | None) -> None:
    """Give the saved `contact` this photo, or none. The file of the one before goes once that is certain."""
    before, storage = contact.photo.name, contact.photo.storage
    if photo is None:
        contact.photo = ""
    else:
        contact.photo.save(photo.name or "photo.jpg", photo, save=False)
    contact.save(update_fields=["photo"])
    if before:
        transaction.on_commit(lambda: storage.delete(before))


def thumbnail(contact: Contact) -> bytes:
    """The photo of `contact` as a small square JPEG: a page of faces must not cost a telephone megabytes.

    Made anew each time, which takes some milliseconds, so that no copy outlives the photo. Raises OSError for a file
    that is gone or no picture.
    """
    content = io.BytesIO()
    with contact.photo.open("rb") as file:
        picture = Image.open(file)
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        ImageOps.fit(picture.convert("RGB"), (THUMBNAIL_SIDE, THUMBNAIL_SIDE)).save(content, "JPEG", quality=80)
    return content.getvalue()

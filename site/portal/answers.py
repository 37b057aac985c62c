from django.http import HttpResponse


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A document that the browser shows, and saves under `name`."""
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )

"""The door for web servers that speak ASGI (granian, uvicorn)."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()

# See wsgi.py: keeps the collector away from what was loaded at the start.
gc.collect()
gc.freeze()

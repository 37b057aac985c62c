"""The door for web servers that speak WSGI (gunicorn)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

# What was loaded stays for good: without this a full collection walks all of it, 250 ms in the middle of a request.
gc.collect()
gc.freeze()

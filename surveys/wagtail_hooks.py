from wagtail.snippets.models import register_snippet

from surveys.viewsets import SurveysViewSetGroup

register_snippet(SurveysViewSetGroup)

"""Changing the rules of those who belong: first what that would do, then, once it was seen, the change."""

from django.utils.translation import gettext as _
from wagtail.snippets.views.snippets import EditView


class RulesEditView(EditView):
    """Saves once the person at the desk has seen what else would be different: who, from what to what, and why."""

    template_name = "members/tiers/edit.html"
    effects = ()

    def is_valid(self, form) -> bool:
        if not super().is_valid(form):
            return False
        self.effects = form.effects()
        shown = repr([(effect.what, effect.before, effect.after, effect.number) for effect in self.effects])
        if not self.effects or form.is_confirmed(shown):
            return True
        form.ask_again(shown, error=_("Please read what this changes. If it is right, save again."))
        self.produced_error_code, self.produced_error_message = "validation_error", _("Not saved yet.")
        return False

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "effects": self.effects}

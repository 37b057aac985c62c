from django import forms


class SandboxAnswerForm(forms.Form):
    """Which end of the payment a tester wants to see."""

    answer = forms.ChoiceField(choices=[("succeed", ""), ("decline", ""), ("wait", "")])

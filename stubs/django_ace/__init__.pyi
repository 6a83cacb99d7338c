"""What fullstory-dest uses of django_ace, which has no types of its own."""

from typing import Any

from django import forms

class AceWidget(forms.Textarea):
    def __init__(self, *, attrs: dict[str, Any] | None = ..., **options: Any) -> None: ...

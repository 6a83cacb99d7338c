"""The page that duplicates a mapping."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.forms import DestinationChoiceField, DestinationSelect
from fullstory_dest.admin.pages import admin_page
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.drafts.duplicate_mapping import duplicate_mapping


def duplicate_page(request: HttpRequest, mapping: Mapping) -> HttpResponse:
    """Ask for a destination, then duplicate the mapping into it."""
    form = DuplicateForm(request.POST or None, initial={"destination": mapping.destination_id})
    if form.is_valid():
        try:
            copy = duplicate_mapping(mapping, form.cleaned_data["destination"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Mapping duplicated. It's disabled until you enable it."))
            return HttpResponseRedirect(admin_url(copy, "change", copy.pk))
    return admin_page(
        request,
        "fullstory_dest/mappings/duplicate.html",
        _("Duplicate %(mapping)s") % {"mapping": mapping},
        object=mapping,
        form=form,
        back=admin_url(mapping, "change", mapping.pk),
        media=form.media,
    )


class DuplicateForm(forms.Form):
    destination = DestinationChoiceField(
        label=gettext_lazy("Destination"),
        queryset=Destination.objects.filter(source__archived_at=None).select_related("source"),
        widget=DestinationSelect(),
        help_text=gettext_lazy("The copy is added last. It's disabled until you enable it."),
    )

"""The page that archives or restores a source."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page, source_view
from fullstory_dest.models import Source
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE
from fullstory_dest.services.sources.archive import archive, restore


@source_view(*CHANGE_LIVE_SOURCE)
def archive_source(request: HttpRequest, source: Source) -> HttpResponse:
    """Ask for confirmation, then archive or restore the source."""
    wanted = request.POST.get("wanted", "")
    if request.method == "POST" and wanted not in ("archive", "restore"):
        messages.warning(request, _("No action was selected. Choose one and try again."))
        return HttpResponseRedirect(request.get_full_path())
    if request.method == "POST":
        if (wanted == "archive") == bool(source.archived_at):
            # Another user was faster, or the button was pressed twice. Repeating the action must not reverse it.
            message = (
                _("Source “%(source)s” was already archived.")
                if source.archived_at
                else _("Source “%(source)s” was already restored.")
            )
            messages.info(request, message % {"source": source})
            return HttpResponseRedirect(admin_url(source, "change", source.pk))
        if wanted == "restore":
            restore(source)
            messages.success(request, _("Source “%(source)s” restored.") % {"source": source})
            return HttpResponseRedirect(admin_url(source, "change", source.pk))
        archive(source)
        messages.success(
            request,
            format_html(
                '{} <a class="text-link" href="{}?archived=yes">{}</a>',
                _("Source “%(source)s” archived.") % {"source": source},
                admin_url(source, "changelist"),
                _("View archived sources"),
            ),
        )
        return HttpResponseRedirect(admin_url(source, "changelist"))
    title = _("Restore %(source)s") if source.archived_at else _("Archive %(source)s")
    return admin_page(
        request,
        "fullstory_dest/sources/archive.html",
        title % {"source": source},
        object=source,
        source=source,
        back=admin_url(source, "change", source.pk),
    )

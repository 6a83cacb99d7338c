"""Classic destinations: import, review of the migration plan, and migration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from fullstory_dest.admin.base.model_admin import AuditedModelAdmin, ReadOnlyAdmin
from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.base.times import time_column
from fullstory_dest.admin.classic.forms import (
    SETTING_FIELDS,
    ClassicForm,
    ImportForm,
    as_sentence,
    report_row,
    settings_list,
)
from fullstory_dest.admin.links import admin_url, link
from fullstory_dest.admin.pages import admin_page, current_user
from fullstory_dest.models import ClassicDestination, Migration
from fullstory_dest.services.accounts.permissions import MIGRATE
from fullstory_dest.services.classic.import_classic import (
    ImportClassicError,
    UnknownSourceError,
    import_classic,
)
from fullstory_dest.services.classic.migrate_classic import (
    AlreadyMigratedError,
    count_migrations,
    migrate,
    plan_migration,
)


@admin.register(ClassicDestination)
class ClassicDestinationAdmin(AuditedModelAdmin):
    form = ClassicForm
    list_display = ("shown_name", "source_link", "organization", "enabled", "imported", "migrated")
    list_display_links = ("shown_name",)
    list_filter = ("enabled", ("source", AutocompleteSelectFilter))
    search_fields = ("source__name",)
    search_help_text = gettext_lazy("Search by source")
    ordering = ("-id",)
    autocomplete_fields = ("source",)
    readonly_fields = ("source", "imported", "settings_summary")
    imported = staticmethod(time_column("imported_at", gettext_lazy("imported")))
    actions_detail = ("migrate_classic",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassicDestination]:
        rows = super().get_queryset(request).select_related("source")
        return rows.prefetch_related("migrations")

    def get_fieldsets(self, request: HttpRequest, obj: ClassicDestination | None = None) -> Any:
        first = ("source", "enabled", "imported")
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": (*first, "settings_summary")}),)
        return ((None, {"fields": first}), (_("Classic settings"), {"fields": SETTING_FIELDS}))

    @display(description=gettext_lazy("classic destination"))
    def shown_name(self, classic: ClassicDestination) -> str:
        return str(classic)

    @display(description=gettext_lazy("source"), ordering="source__name")
    def source_link(self, classic: ClassicDestination) -> SafeString | str:
        return link(classic.source)

    @display(description=gettext_lazy("FS Org"))
    def organization(self, classic: ClassicDestination) -> str:
        return str(classic.setting("org"))

    @display(description=gettext_lazy("migrated"), label={"yes": "success", "no": "info"})
    def migrated(self, classic: Any) -> tuple[str, str]:
        return ("yes", _("Migrated")) if classic.migrations.all() else ("no", _("Not migrated"))

    @display(description=gettext_lazy("settings"))
    def settings_summary(self, classic: ClassicDestination) -> SafeString:
        return settings_list(classic)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the import form, which replaces adding."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*data, may_add_source=request.user.has_perm("fullstory_dest.add_source"))
        if request.method == "POST" and form.is_valid():
            try:
                classic = import_classic(form.cleaned_data["document"], source=form.cleaned_data["source"])
            except UnknownSourceError:
                form.add_error("source", _("The settings don't name a source. Choose one."))
            except ImportClassicError as error:
                form.add_error(form.place, ValidationError(as_sentence(str(error))))
            else:
                messages.success(request, _("Settings imported. Review the migration plan, then migrate."))
                return HttpResponseRedirect(
                    admin_url(classic, "migrate_classic", classic.pk)
                    if self.has_migrate_permission(request)
                    else admin_url(classic, "change", classic.pk)
                )
        return admin_page(
            request,
            "fullstory_dest/classic/import.html",
            _("Import classic destination"),
            opts=self.opts,
            form=form,
            media=self.media + form.media,
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def has_migrate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(MIGRATE)

    @action(
        description=gettext_lazy("Review migration"),
        url_path="migrate",
        permissions=["view"],
        icon="move_up",
        variant=ActionVariant.PRIMARY,
    )
    def migrate_classic(self, request: HttpRequest, object_id: str) -> HttpResponse:
        classic = self.get_object(request, object_id)
        if classic is None:
            raise Http404
        allowed = self.has_migrate_permission(request)
        typed = parse_number(request.POST.get("migrations", ""))
        seen = count_migrations(classic) if typed is None else typed
        problems: list[str] = []
        if request.method == "POST":
            if not allowed:
                raise PermissionDenied
            try:
                migration = migrate(classic, by=current_user(request), expected_migrations=seen)
            except AlreadyMigratedError as error:
                messages.info(
                    request, _("Another user just migrated this destination. Their migration is shown below.")
                )
                return HttpResponseRedirect(admin_url(error.migration, "change", error.migration.pk))
            except ValidationError as error:
                problems = error.messages
            else:
                messages.success(request, _("Destination migrated. Publish the source to make it live."))
                return HttpResponseRedirect(admin_url(migration, "change", migration.pk))
        planned = plan_migration(classic)
        return admin_page(
            request,
            "fullstory_dest/classic/migrate.html",
            _("Migrate %(classic)s") % {"classic": classic},
            object=classic,
            classic=classic,
            plan=planned,
            rows=[report_row(asdict(row)) for row in planned.rows],
            problems=problems,
            migrations=seen,
            allowed=allowed,
            possible=not any(row.outcome == "problem" for row in planned.rows),
            classic_url=admin_url(classic, "change", classic.pk),
        )


@admin.register(Migration)
class MigrationAdmin(ReadOnlyAdmin):
    list_display = ("shown_name", "source_link", "destination_link", "created_by", "created")
    list_select_related = ("classic__source", "destination", "created_by")
    search_fields = ("classic__source__name", "destination__name")
    search_help_text = gettext_lazy("Search by source or destination")
    ordering = ("-id",)
    fields = ("classic", "destination", "created_by", "created")
    created = staticmethod(time_column("created_at", gettext_lazy("created")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Migration]:
        return (
            super()
            .get_queryset(request)
            .select_related("classic__source", "destination__source", "created_by")
        )

    @display(description=gettext_lazy("migration"))
    def shown_name(self, migration: Migration) -> str:
        return str(migration)

    @display(description=gettext_lazy("source"), ordering="classic__source__name")
    def source_link(self, migration: Migration) -> SafeString | str:
        return link(migration.classic.source)

    @display(description=gettext_lazy("destination"))
    def destination_link(self, migration: Migration) -> SafeString | str:
        return link(migration.destination)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"rows": [report_row(row) for row in context["original"].report]}
        return super().render_change_form(request, context, *args, **kwargs)

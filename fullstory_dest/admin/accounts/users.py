"""The admin of users. Owners invite and edit users, but can't create or edit superusers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from fullstory_dest.admin.accounts.forms import NewPasswordForm, NewPersonForm, PersonForm, RoleForm
from fullstory_dest.admin.accounts.password_link import password_link_page, show_password_link
from fullstory_dest.admin.accounts.reset_two_factor import reset_two_factor_page
from fullstory_dest.admin.accounts.roles import role_label
from fullstory_dest.admin.accounts.second_factor import has_two_factor
from fullstory_dest.admin.accounts.user_filters import CanLogInFilter, RoleFilter
from fullstory_dest.admin.base.filters import LimitedChangelistMixin
from fullstory_dest.admin.base.model_admin import DeletedRowError
from fullstory_dest.admin.base.times import local_time
from fullstory_dest.admin.links import admin_url
from fullstory_dest.models import ApiToken, Approval
from fullstory_dest.services.row_locks import lock_rows

# Importing allauth's admin modules above registers them first. Our pages replace those of second factors, which show
# secret keys. Migrations define the roles' groups, and the environment defines single sign-on.
for model in (User, Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


#: Labels and help texts of Django's fields, in the product's terms.
WORDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "username": (
        gettext_lazy("Username"),
        gettext_lazy("Letters, digits and @ . + - _ only."),
    ),
    "email": (gettext_lazy("Email"), gettext_lazy("Used only for single sign-on. No emails are sent.")),
    "is_active": (
        gettext_lazy("Can log in"),
        gettext_lazy("Turn this off when someone leaves. Their name stays in the history."),
    ),
    "is_superuser": (
        gettext_lazy("Full access"),
        gettext_lazy("Has all permissions, regardless of role. Only users with full access can change this."),
    ),
}


@admin.register(User)
class UserAdmin(LimitedChangelistMixin, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "fullstory_dest/accounts/invite.html"
    change_password_form = NewPasswordForm
    change_user_password_template = "fullstory_dest/accounts/change_user_password.html"  # noqa: S105
    object_history_template = "fullstory_dest/accounts/user_history.html"
    change_form_before_template = "fullstory_dest/base/form_version.html"
    list_display = ("username", "full_name", "email_or_dash", "role", "may_log_in", "last_log_in")
    list_filter = (CanLogInFilter, RoleFilter)
    list_filter_submit = True
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email", "role")}),
        (
            gettext_lazy("Set a password"),
            {
                "fields": ("password1", "password2"),
                "classes": ("collapse",),
                "description": gettext_lazy("Leave blank to get a link for them to set one."),
            },
        ),
    )
    readonly_fields = ("last_log_in", "invited", "two_factor", "password_status")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        if obj.pk == request.user.pk:
            access = ["role_readonly", "two_factor"]
        else:
            access = ["is_active", "role", "two_factor"]
            if request.user.is_superuser:
                access.append("is_superuser")
        return (
            (None, {"fields": ("username", "password_status")}),
            (_("Profile"), {"fields": ("first_name", "last_name", "email")}),
            (_("Access"), {"fields": access}),
            (_("Dates"), {"fields": ("last_log_in", "invited")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None or obj.pk != request.user.pk:
            return self.readonly_fields
        # Users can't change their role, so that they don't lock themselves out.
        return (*self.readonly_fields, "role_readonly")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        form = super().get_form(request, obj, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            form.base_fields.pop("role", None)
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and transaction.get_connection().in_atomic_block:
            # The second of two concurrent saves waits here, then sees the first one's changes.
            _lock_with_requester(request, [found.pk])
            found = super().get_object(request, object_id, from_field)
        return found

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # The delete confirmation posts only "post". If the user is already gone, it has no input to lose.
        if request.method == "POST" and "post" not in request.POST and self.has_change_permission(request):
            raise DeletedRowError(self, object_id)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_govern(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        is_own = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and _may_govern(request, obj) and not is_own

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Count the related rows that the page shows, instead of looking for rows of all apps."""
        counts = {
            str(model._meta.verbose_name_plural): model._default_manager.filter(user__in=objs).count()
            for model in (ApiToken, Approval)
        }
        refused = any(not self.has_delete_permission(request, user) for user in objs)
        return (
            [str(user) for user in objs],
            {str(self.opts.verbose_name_plural): len(objs), **counts},
            {self.opts.verbose_name} if refused else set(),
            [],
        )

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        _lock_with_requester(request, list(queryset.values_list("pk", flat=True)))
        for user in queryset.all():
            if not self.has_delete_permission(request, user):
                raise PermissionDenied
        super().delete_queryset(request, queryset)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not _may_govern(request, self.get_object(request, id)):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        context = {**(extra_context or {}), "title": _("History of %(user)s") % {"user": user}}
        return super().history_view(request, object_id, context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change or ("is_active" in form.changed_data and obj.is_active):
            # Login requires both flags. Users created elsewhere might have only one.
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if isinstance(form, RoleForm):
            form.save_role()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in WORDS:
            kwargs["label"], kwargs["help_text"] = WORDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "title": _("Invite user")}
        return super().add_view(request, form_url, context)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """Create a link for a user without a password."""
        messages.success(request, _("Invited %(user)s.") % {"user": obj})
        if obj.has_usable_password():
            return HttpResponseRedirect(admin_url(User, "change", obj.pk))
        return show_password_link(request, obj)

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("two-factor", reset_two_factor_page, "reset_two_factor"),
            ("password-link", password_link_page, "password_link"),
        )
        return [
            path(
                f"<path:object_id>/{route}/",
                self.admin_site.admin_view(partial(self._user_page, page=page)),
                name=f"auth_user_{name}",
            )
            for route, page, name in pages
        ] + super().get_urls()

    def _user_page(
        self, request: HttpRequest, object_id: str, page: Callable[[HttpRequest, User], HttpResponse]
    ) -> HttpResponse:
        """A page about a user. Requires permission to change that user."""
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return page(request, user)

    @display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "-"

    @display(description=gettext_lazy("role"))
    def role(self, user: User) -> str:
        return role_label(user) or "-"

    role_readonly = role

    @display(description=gettext_lazy("email"), ordering="email")
    def email_or_dash(self, user: User) -> str:
        return user.email or "-"

    @display(description=gettext_lazy("can log in"), ordering="is_active", boolean=True)
    def may_log_in(self, user: User) -> bool:
        return user.is_active and user.is_staff

    @display(description=gettext_lazy("last login"), ordering="last_login")
    def last_log_in(self, user: User) -> str:
        return local_time(user.last_login) if user.last_login else _("Never")

    @display(description=gettext_lazy("invited"), ordering="date_joined")
    def invited(self, user: User) -> str:
        return local_time(user.date_joined)

    @display(description=gettext_lazy("password"))
    def password_status(self, user: User) -> SafeString:
        status = _("Set.") if user.has_usable_password() else _("Not set.")
        if not self.may_log_in(user):
            return format_html("{}", status)
        return format_html(
            '{} <a class="text-link" href="{}">{}</a> <span aria-hidden="true">·</span> '
            '<a class="text-link" href="{}">{}</a>',
            status,
            admin_url(User, "password_link", user.pk),
            _("Create password link"),
            admin_url(User, "password_change", user.pk),
            _("Set password"),
        )

    @display(description=gettext_lazy("two-factor login"))
    def two_factor(self, user: User) -> Any:
        if not has_two_factor(user):
            return _("Off")
        url = admin_url(User, "reset_two_factor", user.pk)
        return format_html('{} <a class="text-link" href="{}">{}</a>', _("On."), url, _("Reset"))


def _lock_with_requester(request: HttpRequest, keys: list[int]) -> None:
    """Lock users and the requesting user until the transaction ends, then reload the requesting user's permissions.

    Otherwise, two owners who remove each other's role at the same time would leave no owner.
    """
    assert isinstance(request.user.pk, int)
    lock_rows(User, [*keys, request.user.pk])
    # A deleted user has no permissions.
    request.user = User.objects.filter(pk=request.user.pk).first() or AnonymousUser()


def _may_govern(request: HttpRequest, user: User | None) -> bool:
    """Whether the requester can change a user. Only superusers can change superusers, or set their passwords."""
    return request.user.is_superuser or user is None or not user.is_superuser

"""Users: who may do what. Invited by owners, who can never make themselves, or others, more than owners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
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
from django.utils import timezone
from django.utils.formats import date_format
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
from fullstory_dest.admin.base.model_admin import DeletedRowError, admin_url
from fullstory_dest.services.row_locks import lock_rows

# Second factors have pages of ours: those of the package (imported, so that they are registered by now) show keys.
# What roles allow is the migrations' to say: their groups have no page. Providers come from the environment.
for model in (User, Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


#: What Django says of itself, said of the product: label and help.
WORDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "username": (
        gettext_lazy("Username"),
        gettext_lazy("They log in with it. Letters, digits, and @ . + - _"),
    ),
    "email": (gettext_lazy("E-mail"), gettext_lazy("For you to know: nothing is sent to it.")),
    "is_active": (
        gettext_lazy("May log in"),
        gettext_lazy("Switch it off when somebody leaves: what they did keeps their name."),
    ),
    "is_superuser": (
        gettext_lazy("May do everything"),
        gettext_lazy("Whatever the role is, and nobody but others like them may change that."),
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
            gettext_lazy("Or type a password for them"),
            {
                "fields": ("password1", "password2"),
                "classes": ("collapse",),
                "description": gettext_lazy(
                    "You need not: without one, the next page has a link with which they set their own."
                ),
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
            (_("Person"), {"fields": ("first_name", "last_name", "email")}),
            (_("Access"), {"fields": access}),
            (_("Dates"), {"fields": ("last_log_in", "invited")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None or obj.pk != request.user.pk:
            return self.readonly_fields
        # Nobody shuts herself out.
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
            # The second of two people who save waits here, then sees what the first one saved.
            _hold_with_oneself(request, [found.pk])
            found = super().get_object(request, object_id, from_field)
        return found

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Deleting asks with this input alone: nothing is lost where somebody is gone already.
        if request.method == "POST" and "post" not in request.POST and self.has_change_permission(request):
            raise DeletedRowError(self, object_id)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_govern(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        himself = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and _may_govern(request, obj) and not himself

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        _hold_with_oneself(request, list(queryset.values_list("pk", flat=True)))
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
            # It takes both to log in. Who was made elsewhere may have but one.
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
        context = {**(extra_context or {}), "title": _("Invite someone")}
        return super().add_view(request, form_url, context)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """Who has no password yet needs a link; it is made at once."""
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
        """A page about one user, for those who can change them."""
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

    @display(description=gettext_lazy("E-mail"), ordering="email")
    def email_or_dash(self, user: User) -> str:
        return user.email or "-"

    @display(description=gettext_lazy("may log in"), ordering="is_active", boolean=True)
    def may_log_in(self, user: User) -> bool:
        return user.is_active and user.is_staff

    @display(description=gettext_lazy("last log-in"), ordering="last_login")
    def last_log_in(self, user: User) -> str:
        return _moment(user.last_login) if user.last_login else _("Never")

    @display(description=gettext_lazy("invited"), ordering="date_joined")
    def invited(self, user: User) -> str:
        return _moment(user.date_joined)

    @display(description=gettext_lazy("password"))
    def password_status(self, user: User) -> SafeString:
        status = _("Set.") if user.has_usable_password() else _("Not set yet: they cannot log in.")
        if not user.is_active:
            return format_html("{}", status)
        return format_html(
            '{} <a class="text-link" href="{}">{}</a> <span aria-hidden="true">·</span> '
            '<a class="text-link" href="{}">{}</a>',
            status,
            admin_url(User, "password_link", user.pk),
            _("Make a link to set a new one"),
            admin_url(User, "password_change", user.pk),
            _("Type a new one"),
        )

    @display(description=gettext_lazy("two-factor login"))
    def two_factor(self, user: User) -> Any:
        if not has_two_factor(user):
            return _("Off")
        url = admin_url(User, "reset_two_factor", user.pk)
        return format_html('{} <a class="text-link" href="{}">{}</a>', _("On."), url, _("Reset it"))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _hold_with_oneself(request: HttpRequest, keys: list[int]) -> None:
    """Holds people until the transaction ends, and whoever changes them, whose own rights are then read anew.

    Else two owners who take each other's role away at the same moment would leave none.
    """
    assert isinstance(request.user.pk, int)
    lock_rows(User, [*keys, request.user.pk])
    # Whoever is deleted has no rights.
    request.user = User.objects.filter(pk=request.user.pk).first() or AnonymousUser()


def _may_govern(request: HttpRequest, user: User | None) -> bool:
    """An owner may do less than a superuser: with a superuser's password she could do all."""
    return request.user.is_superuser or user is None or not user.is_superuser

"""Preview links: an expiring address with which one browser gets the drafts, or a release, on the site's own pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.models import Environment, PreviewLink, Release
from fullstory_dest.services.accounts.permissions import SEND_PREVIEW_CALLS, VIEW_DRAFTS

DEFAULT_LIFETIME: Final = timedelta(hours=1)
MAXIMUM_LIFETIME: Final = timedelta(days=7)


class PreviewLinkPermissionError(ValueError):
    """The user can't do this with a preview link. The message is for the user."""


class PreviewLinkError(ValueError):
    """A token without a preview. The message completes a sentence in the debug panel, which is in English."""


def create_preview_link(
    environment: Environment,
    *,
    by: User,
    page_url: str,
    release: Release | None = None,
    sends_calls: bool = False,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> PreviewLink:
    """Create a link to a page with the drafts, or a release, in the settings of an environment.

    ``sends_calls`` sends FullStory what the page's events make, as for any visitor. Otherwise, only the debug panel
    shows it. The link works only while its user could still create it. Raises PreviewLinkPermissionError,
    ValidationError for an invalid URL, and ValueError for a lifetime that isn't positive or exceeds
    ``MAXIMUM_LIFETIME``.
    """
    if not timedelta(0) < lifetime <= MAXIMUM_LIFETIME:
        raise ValueError(f"a preview link lasts for at most {MAXIMUM_LIFETIME.days} days")
    if not by.has_perms(_required_permissions(release)):
        raise PreviewLinkPermissionError(_("You don't have permission to see what this link would show."))
    if sends_calls and not by.has_perms(SEND_PREVIEW_CALLS):
        raise PreviewLinkPermissionError(_("You don't have permission to send calls of drafts to FullStory."))
    if release is not None and release.source_id != environment.source_id:
        raise ValueError("the release belongs to another source")
    return PreviewLink.objects.create(
        environment=environment,
        release=release,
        page_url=page_url,
        sends_calls=sends_calls,
        created_by=by,
        expires_at=timezone.now() + lifetime,
    )


def may_revoke(link: PreviewLink, user: User) -> bool:
    """Return whether a user may end a link: one's own, or any if one may change drafts."""
    return link.created_by_id == user.pk or user.has_perms(SEND_PREVIEW_CALLS)


def revoke_preview_link(link: PreviewLink, *, by: User | None = None) -> None:
    """End a link. Pages that are open keep their preview until they are reloaded."""
    if by is not None and not may_revoke(link, by):
        raise PreviewLinkPermissionError(_("You can only revoke your own preview links."))
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def preview_url(link: PreviewLink) -> str:
    """Return the page's URL with the token, where ``runtime/debug/preview-link.js`` looks for it and says why."""
    parts = urlsplit(link.page_url)
    parameters = f"fs_debug=1&fs_preview={preview_token(link)}"
    if not parts.fragment:
        return parts._replace(fragment=parameters).geturl()
    return parts._replace(query="&".join(filter(None, [parts.query, parameters]))).geturl()


def preview_token(link: PreviewLink) -> str:
    """Return the token of a link: its ID, signed with ``SECRET_KEY``."""
    return _signer().sign(str(link.pk))


def find_preview_link(token: str) -> PreviewLink:
    """Return the active link of a token, with its environment and release. Raises PreviewLinkError.

    A forged token takes no query. Others take one, and two for the permissions of the user who created the link.
    """
    try:
        key = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        raise PreviewLinkError("the link is invalid") from None
    links = PreviewLink.objects.select_related(
        "environment__source", "environment__live__release", "release", "created_by"
    )
    link = links.filter(pk=key).first()
    if link is None or link.environment.source.archived_at:
        raise PreviewLinkError("its source was deleted or archived")
    if link.revoked_at:
        raise PreviewLinkError("the link was revoked")
    if link.expires_at <= timezone.now():
        raise PreviewLinkError("the link has expired")
    if link.created_by is None:
        raise PreviewLinkError("the user who created it was deleted")
    if not link.created_by.has_perms(_required_permissions(link.release)):
        raise PreviewLinkError("the user who created it can no longer see what it shows")
    return link


def sends_calls(link: PreviewLink) -> bool:
    """Return whether an active link sends calls, which its user must still be allowed to."""
    return link.sends_calls and link.created_by is not None and link.created_by.has_perms(SEND_PREVIEW_CALLS)


def _required_permissions(release: Release | None) -> tuple[str, ...]:
    return (*VIEW_DRAFTS, "fullstory_dest.view_release") if release else VIEW_DRAFTS


def _signer() -> Signer:
    # A separator that URLs and paths leave alone.
    return Signer(salt="fullstory_dest.preview_link", sep=".")

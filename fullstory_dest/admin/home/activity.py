"""Recent activity as sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fullstory_dest.admin.base.labels import LABELS
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.releases.proposal_words import proposal_title
from fullstory_dest.models import Destination, Environment, Mapping, Release, Review, Source
from fullstory_dest.services.activity.item import ActivityItem
from fullstory_dest.services.activity.recent import recent_activity

MAX_ENTRIES: Final = 10
#: More than are shown, because repeated actions merge into one sentence.
MAX_ITEMS_READ: Final = 60

#: The model of each kind. A deployment is shown as its release.
MODELS: Final[dict[str, type[Model]]] = {
    "source": Source,
    "environment": Environment,
    "destination": Destination,
    "mapping": Mapping,
    "deployment": Release,
    "review": Review,
}


@dataclass(slots=True)
class ActivitySentence:
    """An action of a user, with ``count`` similar ones in a row merged into it."""

    at: datetime
    who: str
    did: str
    name: str
    url: str
    place: str
    #: Why a review was declined, or why there was a deployment without approvals.
    reason: str
    key: tuple[Any, ...]
    count: int = 1

    @property
    def more(self) -> str:
        others = self.count - 1
        return (
            ngettext("and %(count)s more", "and %(count)s more", others) % {"count": others} if others else ""
        )


def activity_sentences(request: HttpRequest) -> list[ActivitySentence]:
    """Recent activity that the user has permission to see, newest first."""
    sentences: list[ActivitySentence] = []
    for item in recent_activity(request.user, limit=MAX_ITEMS_READ):
        if item.verb in ("deployed", "overridden"):
            continue  # The deployment is an item.
        if item.kind == "environment" and not item.several_environments:
            if item.source is None:
                continue  # It was deleted together with its source.
            # The source has no other one, so that it's a change to the source.
            item = replace(item, kind="source", id=item.source.pk, name=item.source.name, source=None)
        sentence = _sentence(item)
        last = sentences[-1] if sentences else None
        if last and last.key == sentence.key:
            last.count += last.name != sentence.name
        else:
            sentences.append(sentence)
    return sentences[:MAX_ENTRIES]


def _sentence(item: ActivityItem) -> ActivitySentence:
    model = MODELS[item.kind]
    did, name = _verb_phrase(item), item.name
    key = item.release if item.kind == "deployment" else item.id
    url = admin_url(model, "overview" if model is Source else "change", key) if item.exists else ""
    place = str(item.source or "")
    if item.verb == "reordered" and item.kind == "environment":
        name, url = place, admin_url(Source, "change", item.source.pk) if item.source else ""
        place = ""
    elif item.verb == "reordered":
        name = str(item.destination or _("a destination"))
        url = admin_url(Destination, "change", item.destination.pk) if item.destination else ""
    elif item.review:
        name = proposal_title(item.review)
    elif item.kind == "deployment" and item.several_environments:
        place = f"{item.source} › {item.environment}"  # noqa: RUF001
    elif item.destination:
        place = f"{item.source} › {item.destination}"  # noqa: RUF001
    by = item.by.pk if item.by else None
    row = item.destination.pk if item.destination else item.id
    return ActivitySentence(
        at=item.at,
        who=str(item.by or _("Someone")),
        did=did,
        name=name,
        url=url,
        place=place,
        reason=_reason(item),
        key=(model, item.id, did) if model in (Release, Review) else (model, by, did, row),
    )


def _reason(item: ActivityItem) -> str:
    if item.reason and item.kind == "deployment":
        return _("Without approvals: %(reason)s") % {"reason": item.reason}
    return item.reason


def _verb_phrase(item: ActivityItem) -> str:
    kind = {"kind": str(MODELS[item.kind]._meta.verbose_name)}
    match item.verb:
        case "added":
            return _("added the %(kind)s") % kind
        case "deleted":
            return _("deleted the %(kind)s") % kind
        case "enabled":
            return _("enabled the %(kind)s") % kind
        case "disabled":
            return _("disabled the %(kind)s") % kind
        case "reordered":
            return (
                _("reordered the environments of")
                if item.kind == "environment"
                else _("reordered the mappings of")
            )
        case "archived":
            return _("archived the source")
        case "restored":
            return _("restored the source from the archive")
        case "rotated_key":
            return _("rotated the write key of the %(kind)s") % kind
        case "published":
            return _("published release")
        case "promoted":
            return _("promoted release")
        case "redeployed":
            return _("redeployed release")
        case "rolled_back":
            return _("rolled back to release")
        case "requested":
            return _("requested the review")
        case "approved":
            return _("approved the review")
        case "declined":
            return _("declined the review")
        case "withdrawn":
            return _("withdrew the review")
        case "deployed" | "overridden":
            return _("deployed the review")
        case "changed":
            labels = [
                str(LABELS.get(name, _("settings") if name == "settings" else name)) for name in item.fields
            ]
            fields = ", ".join(label[:1].lower() + label[1:] for label in labels)
            return _("changed %(fields)s of the %(kind)s") % {"fields": fields, **kind}

"""Recent changes on Home."""

from django.contrib.auth.models import User

from fullstory_dest.models import Environment
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import decline, deploy_review, request_review
from fullstory_dest.services.sources.archive import archive, restore
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.admin.pages import mapping_form, text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source, a_staging_environment


def told(response) -> list[str]:
    return [f"{each.who} {each.did} {each.name}" for each in response.context["activity"]]


def test_it_describes_recent_changes_in_words(owner):
    source = a_set_up_source(name="Shop")
    destination = source.destinations.get()
    mapping = destination.mappings.get(action="trackEventV2")
    form = mapping_form(mapping, trigger='type = "track" and event = "Bought"')
    assert owner.post(url("mapping", "change", mapping.pk), form).status_code == 302
    mapping.refresh_from_db()
    form = mapping_form(mapping, enabled=None)
    assert owner.post(url("mapping", "change", mapping.pk), form).status_code == 302
    reorder_mappings(destination, [each.pk for each in destination.mappings.order_by("-position")])
    publish(source.production, by=User.objects.get(username="olga"))
    a_mapping(destination, name="Old").delete()
    lines = told(owner.get("/admin/"))
    assert lines[0] == "Someone deleted the mapping Old"
    assert "olga published release #1" in lines
    assert "Someone reordered the mappings of FullStory" in lines
    assert "olga disabled the mapping Track Custom Event V2" in lines
    assert "olga changed trigger of the mapping Track Custom Event V2" in lines
    assert lines[-1] == "Someone added the source Shop"


def test_it_describes_archiving_and_rotating(owner):
    source = a_set_up_source(name="Shop")
    archive(source)
    restore(source)
    rotate_key(source.production)
    source.refresh_from_db()
    source.name = "Shop 2"
    source.save()
    assert told(owner.get("/admin/"))[:4] == [
        "Someone changed name of the source Shop 2",
        "Someone rotated the write key of the source Shop 2",
        "Someone restored the source from the archive Shop",
        "Someone archived the source Shop",
    ]


def test_it_links_to_the_place_of_a_change_while_it_exists(owner):
    destination = a_destination(a_source(name="Shop"), name="Web")
    a_mapping(destination, name="Bought")
    places = [(each.name, each.place, bool(each.url)) for each in owner.get("/admin/").context["activity"]]
    assert places == [
        ("Bought", "Shop › Web", True),  # noqa: RUF001
        ("Web", "Shop", True),
        ("Shop", "", True),
    ]
    destination.delete()
    activity = owner.get("/admin/").context["activity"]
    assert [(each.name, each.url) for each in activity][:4] == [
        ("Web", ""),
        ("Bought", ""),
        ("Bought", ""),
        ("Web", ""),
    ]


def test_it_hides_changes_that_a_user_cannot_view(sign_in):
    a_set_up_source(name="Secret")
    client = sign_in("sam", "view_source")
    assert told(client.get("/admin/")) == ["Someone added the source Secret"]


def test_it_names_the_environment_of_a_deployment(owner):
    source = a_set_up_source(name="Shop")
    publish(a_staging_environment(source))
    latest = owner.get("/admin/").context["activity"][0]
    assert (latest.did, latest.name, latest.place) == ("published release", "#1", "Shop › Staging")  # noqa: RUF001


def test_it_describes_reviews(owner):
    source = a_set_up_source(name="Shop")
    Environment.objects.update(required_approvals=1)
    olga = User.objects.get(username="olga")
    production = Environment.objects.get()
    decline(request_review(production, by=olga), by=olga, reason="Too late")
    review = request_review(production, by=olga)
    deploy_review(review, by=olga, reviewed=review.fingerprint, override=Override(olga, "Checkout is broken"))
    page = owner.get("/admin/")
    title = "Publish of the drafts to Production"
    assert told(page)[:4] == [
        "olga published release #1",
        f"olga requested the review {title}",
        f"olga declined the review {title}",
        f"olga requested the review {title}",
    ]
    assert "Without approvals: Checkout is broken" in text(page)
    assert "Too late" in text(page)
    latest = page.context["activity"]
    assert (latest[0].place, latest[1].place) == (str(source), str(source))
    assert latest[1].url == url("review", "change", review.pk)

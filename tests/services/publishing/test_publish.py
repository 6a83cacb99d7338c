"""Publishing is all or nothing, numbered without gaps, and one at a time per source."""

import threading
from dataclasses import replace

import brotli
import pytest
from django.db import connection, connections

from fullstory_dest.compiler.artifacts import build_files
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.models import Deployment, Document, Mapping, Release, Source
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.diff import diff
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.spec import drafts_in, environment_spec, live_spec, source_spec
from tests.concurrency import PATIENCE
from tests.factories import a_mapping, a_set_up_source, a_source, live


@pytest.mark.django_db
def test_it_deploys_a_release_of_the_drafts(django_user_model):
    user = django_user_model.objects.create_user("ann")
    source = a_set_up_source()
    result = publish(source.production, by=user, note="First")
    deployment, release = result.deployment, result.deployment.release
    assert result.created
    assert (deployment.kind, deployment.environment) == ("publish", source.production)
    assert release.number == 1
    for row in (deployment, release):
        assert (row.note, row.created_by) == ("First", user)
    assert release.spec == source_spec(source)
    assert deployment.environment_spec == environment_spec(source.production)
    assert live_spec(deployment) == drafts_in(source.production)
    assert live(source) == deployment
    assert [mapping["name"] for mapping in release.compiled["destinations"][0]["mappings"]] == [
        "Identify User V2",
        "Track Custom Event V2",
        "Viewed Page V2",
    ]
    assert deployment.digest == deployment.snippet.digest
    assert brotli.decompress(bytes(deployment.snippet.brotli)) == bytes(deployment.snippet.body)


@pytest.mark.django_db
def test_it_deploys_nothing_for_unchanged_drafts():
    source = a_set_up_source()
    first = publish(source.production)
    again = publish(source.production)
    assert not again.created
    assert again.deployment == first.deployment
    assert (Release.objects.count(), Deployment.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_it_creates_a_release_for_any_change():
    source = a_set_up_source()
    publish(source.production)
    mapping = Mapping.objects.last()
    mapping.enabled = False
    mapping.save()
    assert publish(source.production).deployment.release.number == 2


@pytest.mark.django_db
def test_it_creates_a_release_for_a_change_browsers_ignore():
    source = a_set_up_source()
    Mapping.objects.filter(action="trackEventV2").update(enabled=False)
    publish(source.production)
    Mapping.objects.filter(action="trackEventV2").update(name="Renamed")
    assert publish(source.production).created


@pytest.mark.django_db
@pytest.mark.parametrize("changed", ["snippet", "plugin", "settings", "config"])
def test_it_deploys_the_release_again_if_a_file_changed(monkeypatch, changed):
    def build(*args):
        files = build_files(*args)
        file = getattr(files, changed)
        return replace(files, **{changed: replace(file, body=file.body + b" ")})

    source = a_set_up_source()
    publish(source.production)
    monkeypatch.setattr("fullstory_dest.services.publishing.deploy.build_files", build)
    assert publish(source.production).created
    assert not publish(source.production).created
    assert [each.release.number for each in Deployment.objects.all()] == [1, 1]


@pytest.mark.django_db
def test_it_deploys_the_release_again_for_a_new_public_url(settings):
    source = a_set_up_source()
    publish(source.production)
    settings.PUBLIC_URL = "https://fs.example.com"
    result = publish(source.production)
    assert (result.created, result.deployment.release.number) == (True, 1)
    assert b'"apiHost":"fs.example.com/v1"' in bytes(result.deployment.settings_document.body)


@pytest.mark.django_db
def test_it_publishes_only_the_reviewed_drafts():
    source = a_set_up_source()
    reviewed = fingerprint(drafts_in(source.production))
    Mapping.objects.filter(action="trackEventV2").update(name="Renamed")
    with pytest.raises(OutdatedReviewError):
        publish(source.production, reviewed=reviewed)
    assert not Release.objects.exists()
    assert publish(source.production, reviewed=fingerprint(drafts_in(source.production))).created


@pytest.mark.django_db
def test_it_stores_equal_content_once():
    one, other = a_set_up_source(), a_set_up_source(name="Other")
    assert publish(one.production).deployment.plugin_id == publish(other.production).deployment.plugin_id
    assert Document.objects.count() == 1 + 2 * 3


@pytest.mark.django_db
def test_it_reports_every_compile_error_and_saves_nothing():
    source = a_set_up_source()
    # Skips the checks on save, like a row from before stricter rules.
    Mapping.objects.filter(action="trackEventV2").update(trigger="type = ")
    Mapping.objects.filter(action="viewedPageV2").update(fields={"pageNmae": "x"})
    with pytest.raises(CompileError) as refused:
        publish(source.production)
    first, second = map(str, refused.value.problems)
    assert 'mapping "Track Custom Event V2", trigger' in first
    assert 'mapping "Viewed Page V2"' in second
    assert "did you mean 'pageName'?" in second
    assert not Release.objects.exists()
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_it_saves_nothing_after_a_failure(monkeypatch):
    source = a_set_up_source()
    monkeypatch.setattr(Deployment, "save", lambda self: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        publish(source.production)
    assert not Document.objects.exists()
    assert not Release.objects.exists()


@pytest.mark.django_db
def test_it_publishes_a_source_without_destinations():
    assert publish(a_source().production).deployment.release.compiled == {"destinations": []}


@pytest.mark.django_db
def test_it_keeps_markup_in_a_name_from_ending_the_script():
    source = a_set_up_source()
    a_mapping(source.destinations.get(), name="</script><!--", fields={"name": "</SCRIPT>\u2028\u2029"})
    body = bytes(publish(source.production).deployment.snippet.body).decode("ascii")
    assert "</" not in body.lower().replace("</g", "")
    assert "<!--" not in body


@pytest.mark.django_db
def test_it_names_the_changes_in_a_diff():
    source = a_set_up_source()
    before = source_spec(source)
    destination = source.destinations.get()
    mapping = destination.mappings.get(action="trackEventV2")
    mapping.trigger = 'event = "Signed Up"'
    mapping.fields = {**mapping.fields, "properties": {"plan": "pro"}}
    mapping.save()
    destination.mappings.get(action="viewedPageV2").delete()
    destination.settings = {**destination.settings, "debug": True}
    destination.save()
    changes = diff(before, source_spec(source))
    assert [(change["kind"], " > ".join(change["where"])) for change in changes] == [
        ("added", "FullStory > debug"),
        ("changed", "FullStory > Track Custom Event V2 > trigger"),
        ("changed", "FullStory > Track Custom Event V2 > fields > properties"),
        ("removed", "FullStory > Viewed Page V2"),
    ]
    assert diff(before, before) == []


@pytest.mark.django_db(transaction=True)
def test_it_creates_one_release_per_change_under_concurrency():
    """Eight threads change a mapping of one source and publish at the same time."""
    source = a_set_up_source()
    publish(source.production)
    mapping = Mapping.objects.first()
    failures: list[BaseException] = []
    ready = threading.Barrier(8)

    def change_and_publish(number: int) -> None:
        try:
            ready.wait()
            Mapping.objects.filter(pk=mapping.pk).update(name=f"Name {number}")
            publish(Source.objects.get(pk=source.pk).production)
        except BaseException as failure:  # noqa: BLE001 - any error in a thread fails the test
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change_and_publish, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    numbers = sorted(source.releases.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 1
    assert live(source).release.spec == source_spec(source)


@pytest.mark.django_db
def test_it_publishes_with_a_bounded_number_of_queries(django_assert_max_num_queries):
    source = a_set_up_source()
    publish(source.production)
    a_mapping(source.destinations.get())
    with django_assert_max_num_queries(21 if connection.vendor == "sqlite" else 23):
        publish(source.production)

"""The form of a destination: settings, presets, and a summary of its mappings."""

import pytest

from fullstory_dest.catalog import SETTINGS
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import destination_form, errors, text, url
from tests.factories import ORG, a_destination, a_mapping, a_set_up_source, a_source

RECOMMENDED = ["identifyUserV2", "trackEventV2", "viewedPageV2"]


def new(source, **inputs):
    return {"source": source.pk, "name": "FullStory", "setting_orgId": ORG, "presets": RECOMMENDED, **inputs}


def test_it_has_an_input_for_every_setting(owner):
    form = owner.get(url("destination", "add")).context["adminform"].form
    for setting in SETTINGS:
        field = form.fields[f"setting_{setting.key}"]
        assert field.label == setting.label
        assert field.required == setting.required
        if setting.placeholder:
            assert field.widget.attrs["placeholder"] == setting.placeholder


def test_it_creates_an_enabled_mapping_of_each_preset(owner):
    source = a_source()
    page = owner.get(url("destination", "add"), {"source": source.pk})
    assert page.context["adminform"].form["presets"].value() == RECOMMENDED
    response = owner.post(url("destination", "add"), new(source), follow=True)
    destination = Destination.objects.get()
    tab = url("source", "mappings", source.pk)
    assert response.redirect_chain[-1][0] == f"{tab}?destination={destination.pk}"
    assert destination.settings == {"orgId": ORG}
    assert [(m.action, m.enabled) for m in destination.mappings.all()] == [(key, True) for key in RECOMMENDED]


def test_it_creates_no_mappings_in_customized_setup(owner):
    owner.post(url("destination", "add"), new(a_source(), presets=[]))
    assert Destination.objects.get().mappings.count() == 0


def test_it_saves_and_shows_settings(owner):
    destination = a_destination()
    page = url("destination", "change", destination.pk)
    typed = {
        "setting_orgId": "o-2-na1",
        "setting_debug": "on",
        "setting_host": "relay.example.com",
        "setting_namespace": "FS2",
        "setting_anonymizeOnReset": "on",
    }
    assert owner.post(page, destination_form(destination, **typed)).status_code == 302
    destination.refresh_from_db()
    kept = {
        "orgId": "o-2-na1",
        "debug": True,
        "host": "relay.example.com",
        "namespace": "FS2",
        "anonymizeOnReset": True,
    }
    assert destination.settings == kept
    form = owner.get(page).context["adminform"].form
    assert {key: form[f"setting_{key}"].value() for key in kept} == kept

    blanked = destination_form(destination, setting_debug=None, setting_host="")
    assert owner.post(page, blanked).status_code == 302
    destination.refresh_from_db()
    assert destination.settings == {"orgId": "o-2-na1", "namespace": "FS2", "anonymizeOnReset": True}


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("orgId", ""),
        ("orgId", "o 1"),
        ("host", "https://relay.example.com/<b>"),
        ("appHost", "no spaces"),
        ("script", 'x"y'),
        ("namespace", "1FS"),
        ("cookieDomain", "a b"),
        ("assetMapId", "?"),
        ("orgId", "x" * 501),
    ],
)
def test_it_locates_a_wrong_setting_and_keeps_the_input(owner, key, typed):
    destination = a_destination()
    page = url("destination", "change", destination.pk)
    response = owner.post(page, destination_form(destination, **{f"setting_{key}": typed, "name": "Typed"}))
    assert response.status_code == 200
    found = errors(response)
    assert list(found) == [f"setting_{key}"]
    assert len(found[f"setting_{key}"]) == 1
    form = response.context["adminform"].form
    assert (form[f"setting_{key}"].value(), form["name"].value()) == (typed, "Typed")


def test_it_opens_advanced_settings_with_a_mistake(owner):
    destination = a_destination()
    page = url("destination", "change", destination.pk)
    response = owner.post(page, destination_form(destination, setting_namespace="1FS"))
    advanced = [
        fieldset for fieldset in response.context["adminform"] if fieldset.name == "Advanced settings"
    ]
    assert not advanced[0].is_collapsible


def test_it_refuses_two_enabled_destinations_on_a_namespace(owner):
    destination = a_destination()
    response = owner.post(url("destination", "add"), new(destination.source))
    assert "has the namespace FS" in errors(response)["setting_namespace"][0]
    assert (
        owner.post(url("destination", "add"), new(destination.source, setting_namespace="FS2")).status_code
        == 302
    )


def test_it_refuses_to_enable_a_second_destination(owner):
    first = a_destination()
    second = a_destination(first.source, enabled=False)
    response = owner.post(url("destination", "change", second.pk), destination_form(second))
    assert "has the namespace FS" in errors(response)["setting_namespace"][0]


def test_it_keeps_a_destination_on_its_source(owner):
    destination = a_destination()
    other = a_source(name="Other")
    owner.post(url("destination", "change", destination.pk), destination_form(destination, source=other.pk))
    destination.refresh_from_db()
    assert destination.source.name == "Shop"


def test_it_shows_mappings_in_words_and_links_to_their_tab(owner, viewer, sign_in):
    destination = a_set_up_source().destinations.get()
    a_mapping(destination, name="Broken", enabled=False)
    Mapping.objects.filter(name="Broken").update(trigger="type =")
    tab = f"{url('source', 'mappings', destination.source_id)}?destination={destination.pk}"
    for client, link in ((owner, "Edit mappings"), (viewer, "View mappings")):
        shown = text(client.get(url("destination", "change", destination.pk)))
        assert f'href="{tab}">{link}' in shown
        brief = shown[shown.index('aria-labelledby="mappings"') :].partition("</section>")[0]
        assert "<input" not in brief
        assert "Event type is <code>&quot;track&quot;</code>" in brief
        assert "<code>type =</code>" in brief
        assert (brief.count("Enabled"), brief.count("Disabled")) == (3, 1)
    alone = sign_in("dora", "view_destination")
    assert "Broken" not in text(alone.get(url("destination", "change", destination.pk)))


@pytest.mark.parametrize(
    "typed", ["C0002\r\nAnalytics & more", " C0002 ,, Analytics & more, ", "C0002,\nAnalytics & more"]
)
def test_it_reads_consent_categories_from_lines_or_commas(owner, typed):
    destination = a_destination()
    page = url("destination", "change", destination.pk)
    assert owner.post(page, destination_form(destination, consent_categories=typed)).status_code == 302
    destination.refresh_from_db()
    assert destination.consent_categories == ["C0002", "Analytics & more"]
    field = owner.get(page).context["adminform"].form["consent_categories"]
    assert field.value() == "C0002\nAnalytics & more"
    assert "FullStory loads only after" in field.help_text

    assert owner.post(page, destination_form(destination, consent_categories="")).status_code == 302
    destination.refresh_from_db()
    assert destination.consent_categories == []


def test_it_saves_consent_categories_of_a_new_destination(owner):
    owner.post(url("destination", "add"), new(a_source(), consent_categories="C0002"))
    assert Destination.objects.get().consent_categories == ["C0002"]


def test_it_locates_wrong_consent_categories(owner):
    destination = a_destination()
    page = url("destination", "change", destination.pk)
    response = owner.post(page, destination_form(destination, consent_categories="C0001\nC0002\nC0001"))
    assert errors(response) == {"consent_categories": ["Duplicate category 'C0001'"]}
    assert "C0001\nC0002\nC0001" in text(response)


def test_it_shows_changed_consent_and_signals_before_publishing(owner):
    source = a_set_up_source()
    publish(source.production)
    destination = source.destinations.get()
    page = url("destination", "change", destination.pk)
    owner.post(page, destination_form(destination, consent_categories="C0002, C0003"))
    source.honor_gpc = True
    source.save()
    shown = text(owner.get(url("source", "publish", source.pk)))
    for words in ("Consent categories", "C0002, C0003", "Honor Global Privacy Control"):
        assert words in shown


def test_it_shows_settings_without_inputs_to_a_viewer(viewer):
    destination = a_destination(settings={"orgId": ORG, "debug": True}, consent_categories=["C0002", "C0003"])
    page = text(viewer.get(url("destination", "change", destination.pk)))
    assert ORG in page
    assert "Debug mode" in page
    assert "C0002, C0003" in page
    assert 'name="setting_orgId"' not in page


def test_it_names_the_source_of_each_destination_choice(owner):
    destination = a_destination(a_source(name="Bookshop"))
    parameters = {
        "app_label": "fullstory_dest",
        "model_name": "mapping",
        "field_name": "destination",
        "term": "book",
    }
    answer = owner.get(url("destination", "choices"), parameters).json()
    assert answer["results"] == [{"id": str(destination.pk), "text": "Bookshop › FullStory"}]  # noqa: RUF001

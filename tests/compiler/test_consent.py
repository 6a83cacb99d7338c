"""The effects of consent categories and privacy signals on a config and its documents."""

import pytest

from fullstory_dest.compiler.artifacts import build_plugin, build_snippet
from fullstory_dest.compiler.check import CompileError, check_source
from fullstory_dest.compiler.compile import compile_checked, compile_source
from fullstory_dest.compiler.settings_document import build_settings_document
from fullstory_dest.compiler.used_instructions import used_instructions
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec

NAMES = ("Fullstory", "Fullstory (Actions)")


def asking(*categories, **values):
    return destination_spec(mapping_spec(), consent_categories=list(categories), **values)


def document(spec):
    return build_settings_document(
        spec, compile_checked(check_source(spec)), "DIGEST", "https://fs.example.com"
    )


def with_presets(**values):
    spec = presets_spec()
    consent = values.pop("consent_categories", None)
    if consent is not None:
        spec["destinations"][0]["consent_categories"] = consent
    return compile_source({**spec, **values})


def test_it_adds_consent_and_signals_only_where_configured():
    config = compile_source(source_spec(asking("C0002", "C0003"), honor_gpc=True, honor_dnt=True))
    assert config["destinations"][0]["consent"] == ["C0002", "C0003"]
    assert config["signals"] == ["gpc", "dnt"]
    assert compile_source(source_spec(honor_dnt=True))["signals"] == ["dnt"]
    for spec in (source_spec(asking(), honor_gpc=False, honor_dnt=False), source_spec(destination_spec())):
        config = compile_source(spec)
        assert "signals" not in config
        assert "consent" not in config["destinations"][0]


def test_it_refuses_a_blank_consent_category():
    spec = source_spec(
        destination_spec(), destination_spec(id=2, consent_categories=["C0002", ""], enabled=False)
    )
    with pytest.raises(CompileError) as error:
        compile_source(spec)
    [problem] = error.value.problems
    assert problem.path == ("destinations", 1, "consent_categories", 1)
    message = 'destination "FullStory", consent_categories: categories can\'t be blank'
    assert message in problem.message


def test_it_accepts_exactly_20_consent_categories():
    categories = [f"C{number}" for number in range(21)]
    assert compile_source(source_spec(asking(*categories[:20])))["destinations"][0]["consent"]
    with pytest.raises(CompileError, match="expected at most 20 categories, found 21"):
        compile_source(source_spec(asking(*categories)))


def test_it_accepts_consent_categories_of_100_characters():
    assert compile_source(source_spec(asking("C" * 100)))["destinations"][0]["consent"]
    with pytest.raises(CompileError, match="expected at most 100 characters, found 101"):
        compile_source(source_spec(asking("C" * 101)))


def test_it_adds_no_code_without_consent_or_signals():
    plain = with_presets()
    off = with_presets(consent_categories=[], honor_gpc=False, honor_dnt=False)
    assert (used_instructions(plain).extras, used_instructions(plain).signals) == (frozenset(), frozenset())
    assert build_snippet(plain).body == build_snippet(off).body
    assert build_plugin(plain).body == build_plugin(off).body
    for word in (b"consent: waiting", b"globalPrivacyControl", b"doNotTrack"):
        assert word not in build_snippet(plain).body
        assert word not in build_plugin(plain).body


def test_it_adds_consent_to_the_snippet_but_not_the_plugin():
    config = with_presets(consent_categories=["C0002"])
    assert used_instructions(config).extras == {"consent"}
    assert b"analytics" in build_snippet(config).body
    assert b"consent: waiting" in build_snippet(config).body
    assert build_plugin(config).body == build_plugin(with_presets()).body


@pytest.mark.parametrize("make", [build_snippet, build_plugin])
def test_it_adds_only_the_honored_signals(make):
    gpc, dnt = make(with_presets(honor_gpc=True)).body, make(with_presets(honor_dnt=True)).body
    assert (b"globalPrivacyControl" in gpc, b"doNotTrack" in gpc) == (True, False)
    assert (b"globalPrivacyControl" in dnt, b"doNotTrack" in dnt) == (False, True)


def test_it_lists_categories_where_segments_wrappers_read_them():
    made = document(source_spec(asking("C0002", "C0003")))
    for name in NAMES:
        assert made["integrations"][name] == {"consentSettings": {"categories": ["C0002", "C0003"]}}
    assert made["consentSettings"] == {"allCategories": ["C0002", "C0003"], "hasUnmappedDestinations": False}


def test_it_joins_categories_of_destinations_with_one_name():
    other = asking("C0003", "C0002", id=2, settings={"orgId": "o-2", "namespace": "FS2"})
    made = document(source_spec(asking("C0002"), other))
    for name in NAMES:
        assert made["integrations"][name]["consentSettings"]["categories"] == ["C0002", "C0003"]
    assert made["consentSettings"]["allCategories"] == ["C0002", "C0003"]


def test_it_marks_destinations_without_categories_as_unmapped():
    other = destination_spec(id=2, settings={"orgId": "o-2", "namespace": "FS2"})
    for spec in (
        source_spec(asking("C0002"), other),
        source_spec(asking("C0002"), api_host="api.segment.io/v1"),
    ):
        assert document(spec)["consentSettings"]["hasUnmappedDestinations"] is True


def test_it_lists_destinations_that_name_no_category():
    """Segment's wrappers can't refuse a destination that is not listed."""
    made = document(source_spec(destination_spec(mapping_spec()), asking("C0002", id=2, enabled=False)))
    assert list(made["integrations"]) == ["Segment.io", *NAMES]
    assert made["integrations"][NAMES[0]] == {"consentSettings": {"categories": []}}
    assert "consentSettings" not in made


def test_it_gives_the_plugin_the_signals():
    [remote] = document(source_spec(destination_spec(mapping_spec()), honor_gpc=True))["remotePlugins"]
    assert remote["settings"]["signals"] == ["gpc"]
    [remote] = document(source_spec(destination_spec(mapping_spec())))["remotePlugins"]
    assert "signals" not in remote["settings"]

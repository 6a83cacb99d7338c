"""The warm-up of a worker before its first request."""

from django.template import engines

from project.warm import warm_up


def test_it_loads_templates_and_urls_without_a_database():
    # No `db` fixture here: a query would fail the test.
    warm_up()
    [loader] = engines["django"].engine.template_loaders
    known = {str(origin) for origin in loader.get_template_cache}
    for name in (
        "fullstory_dest/sources/publish.html",
        "fullstory_dest/sources/test_tab.html",
        "unfold/helpers/label.html",
    ):
        assert any(name in key for key in known), name

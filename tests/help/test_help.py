"""Help that is found, and a bug report that hides nothing."""

import pytest

from app.help import articles
from app.words import LOCALES


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", articles.ORDER)
def test_every_article_exists_in_every_language(locale, slug):
    found = articles.article(locale, slug)
    assert found.template == f"help/{locale}/{slug}.html"
    assert len(found.text) > 150


@pytest.mark.parametrize(
    ("locale", "said", "slug"),
    [("en", "arrow keys", "photos"), ("es", "creatina", "supplements"), ("sr", "kod za ulaz", "entry")],
)
def test_help_is_found_by_words_of_its_language(locale, said, slug):
    assert slug in [one.slug for one in articles.find(locale, said)]


def test_nothing_is_found_for_nonsense_and_everything_for_nothing():
    assert articles.find("en", "zzzz") == []
    assert len(articles.find("en", "")) == len(articles.ORDER)


def test_the_changelog_is_what_is_new(tmp_path):
    (tmp_path / "c.md").write_text("# Changelog\n\n## 1.1\n\n- Faster\n- Nicer\n\n## 1.0\n\n- First\n")
    found = articles.read_releases(tmp_path / "c.md")
    assert [(one.name, one.changes) for one in found] == [("1.1", ("Faster", "Nicer")), ("1.0", ("First",))]


async def test_help_is_open_to_everybody_and_answers_a_search(anybody):
    assert "Progress photos" in (await anybody.get("/help")).text
    text = (await anybody.get("/help?q=supplements+shelf")).text
    assert "Supplements" in text
    assert "Progress photos" not in text
    for slug in articles.ORDER:
        assert (await anybody.get(f"/help/{slug}")).status_code == 200
    assert (await anybody.get("/help/whats-new")).status_code == 200
    assert (await anybody.get("/help/nothing")).status_code == 404


async def test_a_bug_report_shows_what_it_collects_and_no_secrets(as_):
    mo = await as_("mo")
    text = (await mo.get("/help/report", headers={"Referer": "http://gym.test/progress/days?q=secret+words"})).text
    assert "/progress/days" in text
    assert "secret" not in text
    assert "What I expected" in text
    assert mo.csrf not in text.split("<textarea", 1)[1].split("</textarea>", 1)[0]

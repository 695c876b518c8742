"""If these fail, the tabs of a study lead astray or show what one may not open."""

from collective.web.navigation import study_links


def current(links):
    return [str(link.label) for link in links if link.current]


def at(path, **options):
    return study_links(f"/studies/bees/{path}", "bees", **{"edits": True} | options)


def test_the_overview_is_current_only_at_its_own_address():
    assert current(at("").groups) == ["Overview"]
    assert current(at("members/").groups) == []


def test_a_page_marks_its_tab_and_its_place_among_the_tabs_pages():
    links = at("runs/3/")
    assert current(links.groups) == ["Results"]
    assert current(links.pages) == ["Runs"]
    assert [str(link.label) for link in links.pages] == ["Agreement", "Runs", "Proposals"]


def test_a_tab_with_one_page_has_no_second_row():
    links = at("prompts/prompt-1/")
    assert (current(links.groups), links.pages) == (["Prompts"], [])


def test_who_may_not_change_the_study_gets_no_link_to_what_changes_it():
    assert [str(link.label) for link in at("export/").pages][:2] == ["Export", "Import"]
    assert "Import" not in [str(link.label) for link in at("export/", edits=False).pages]
    assert current(at("export/", edits=False).groups) == ["Data"]

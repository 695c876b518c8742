"""Pages of a list."""

from django.test import RequestFactory

from collective.web.pagination import page_links, paginate


def request(query=""):
    return RequestFactory().get(f"/list/{query}")


def test_pages_hold_what_they_should():
    page = paginate(request("?page=2"), range(1, 8), per_page=3)
    assert list(page) == [4, 5, 6]


def test_a_number_that_makes_no_sense_gives_the_nearest_page():
    assert paginate(request("?page=99"), range(7), per_page=3).number == 3
    assert paginate(request("?page=x"), range(7), per_page=3).number == 1


def test_links_keep_the_rest_of_the_query():
    asked = request("?country=NL&country=DE&page=2")
    links = page_links(paginate(asked, range(9), per_page=3), query=asked.GET)
    assert [(link.number, link.url, link.current) for link in links] == [
        (1, "?country=NL&country=DE&page=1", False),
        (2, "?country=NL&country=DE&page=2", True),
        (3, "?country=NL&country=DE&page=3", False),
    ]


def test_long_lists_of_pages_have_gaps():
    asked = request("?page=50")
    links = page_links(paginate(asked, range(1000), per_page=10), query=asked.GET)
    assert [link.number for link in links] == [1, None, 49, 50, 51, None, 100]

"""If these fail, the API shows or does to somebody what the pages would not.

Every address of the API is in the table below: a new one without a row fails.
"""

import pytest
from django.urls import URLPattern

from collective.api.urls import urlpatterns

STUDY = "/api/v1/studies/city/"
# name: (address, least role that reads, how it is written to, least role that writes)
TABLE = {
    "study": (STUDY, "patch"),
    "status": (f"{STUDY}status/", "post"),
    "prompts": (f"{STUDY}prompts/", "post"),
    "prompt": (f"{STUDY}prompts/first/", None),
    "assessments": (f"{STUDY}assessments/", None),
    "assessment": (f"{STUDY}assessments/PK/", None),
}
# Their own tests say who sees what: there is no study in these addresses.
WITHOUT_STUDY = {"schema", "docs", "studies", "documents", "document", "versions", "version", "diff"}


def test_every_address_is_covered():
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert names == set(TABLE) | WITHOUT_STUDY


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_may_what(world, name):
    address, writes = TABLE[name]
    address = address.replace("PK", str(world.assessment.pk))
    if name != "status":
        assert world.reviewer.get(address).status_code == 200
        assert world.stranger.get(address).status_code == 404
        assert world.nobody.get(address).status_code == 403
    if writes:
        assert getattr(world.reviewer, writes)(address, {}, format="json").status_code == 403
        assert getattr(world.stranger, writes)(address, {}, format="json").status_code == 404
        assert getattr(world.nobody, writes)(address, {}, format="json").status_code == 403

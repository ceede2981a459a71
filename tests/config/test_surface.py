"""The list of the public surface names each kind of thing, and what differs between two lists."""

import pytest
from _bootstrap import ROOT, Failed
from _processes import git
from _surface import differences, listed, surface, tree_of

LINES = [
    "column agency.complaints_complaint.reference varchar(",
    "column public.tenants_route.reference varchar(",
    "command bin/demo",
    "command bin/dev surface",
    "command manage.py seed_demo",
    "error not_found",
    "event received",
    "metric insaf_agencies",
    "openapi urls_public POST /api/v1/complaints/ ",
    "openapi urls_public schema Receipt ",
    "setting DATABASE_URL",
    "task shared.mail.tasks.deliver_mail",
    "url urls_agency /cases/",
    "url urls_oversight /reviews/",
    "url urls_public /<language>/submit/",
    "url urls_public /healthz ",
]


@pytest.mark.slow
def test_each_kind_of_public_name_is_listed_in_order():
    lines = listed(ROOT)

    assert [one for one in LINES if not any(line.startswith(one) for line in lines)] == []
    assert lines == sorted(set(lines))


@pytest.mark.slow
def test_another_commit_is_listed_from_a_tree_that_is_removed_afterwards():
    if not (ROOT / ".git").exists():
        pytest.skip("needs the history of the project")
    before = git("worktree", "list")

    with tree_of("HEAD") as tree:
        lines = listed(tree)

    assert "command bin/demo" in lines
    assert not tree.exists()
    assert git("worktree", "list") == before


def test_what_left_and_what_came_are_told_apart():
    former, present = ["event received", "setting OLD"], ["event received", "setting NEW"]

    assert differences(former, former, reference="v1") == []
    changed = differences(former, present, reference="v1")
    assert [line for line in changed if line[:4] in {"-set", "+set"}] == [
        "-setting OLD",
        "+setting NEW",
    ]


def test_more_than_one_commit_is_refused():
    with pytest.raises(Failed, match="one commit at most"):
        surface(["v1", "v2"])

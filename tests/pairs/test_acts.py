"""Whatever can happen to a request is an act of the table: nothing is left out."""

from tests.pairs.acts import ADDRESS_ACTS, APART, TASK_ACTS, acts, posts, room_of, tasks


def test_every_address_that_takes_a_post_says_what_it_does():
    names = posts()

    assert len(names) > 200
    assert {one for one in names if one not in ADDRESS_ACTS and room_of(one) is None} == set()
    assert set(ADDRESS_ACTS) - names == set()
    assert {one for one in APART if not any(name.startswith(one) for name in names)} == set()


def test_every_task_says_what_it_does():
    assert tasks() == set(TASK_ACTS)


def test_addresses_and_tasks_name_acts():
    named = {
        str(act) for found in (ADDRESS_ACTS, TASK_ACTS) for one in found.values() for act in one
    }

    assert named - set(acts()) == set()

"""Each kind of event stays in the agency, or has its words for the citizen: never both, or none."""

from shared.complaints.enums import CITIZEN_EVENT_LABELS, INTERNAL_EVENTS, EventKind


def test_every_kind_of_event_is_internal_or_has_a_label_for_the_citizen():
    internal, told = set(INTERNAL_EVENTS), set(CITIZEN_EVENT_LABELS)

    # In neither, the citizen's list of requests has no words for it.
    assert set(EventKind) - internal - told == set()
    assert internal & told == set()

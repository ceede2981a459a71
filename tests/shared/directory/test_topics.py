"""The reviewed topics: what is checked of them, and the folding of words."""

import pytest

from shared.directory.errors import DirectoryDataInvalid
from shared.directory.selectors.sources import organisation_rows
from shared.directory.selectors.topics import files
from shared.directory.selectors.topics.files import families, topic_targets_check, topics
from shared.directory.selectors.topics.index import topic_index
from shared.directory.selectors.topics.words import (
    one_edit_apart,
    topic_words,
    without_preposition,
    words_of_place,
)
from shared.kernel.text import search_phrase


def test_there_are_topics_for_most_of_what_people_ask():
    assert len(topics()) >= 240


def test_every_topic_leads_to_bodies_of_the_directory():
    topic_targets_check(row.code for row in organisation_rows())


def test_a_topic_that_names_an_unknown_body_is_refused():
    codes = {row.code for row in organisation_rows()} - {"oncf"}

    with pytest.raises(DirectoryDataInvalid, match="oncf"):
        topic_targets_check(codes)


def test_a_family_that_names_an_unknown_body_is_refused():
    codes = {row.code for row in organisation_rows()} - {"srm-oriental"}

    with pytest.raises(DirectoryDataInvalid, match="srm-oriental"):
        topic_targets_check(codes)


@pytest.mark.parametrize("target", ["kind:village", "kind:ministry", "family:none"])
def test_a_topic_cannot_lead_to_what_nobody_can_be_asked_for(target):
    with pytest.raises(DirectoryDataInvalid):
        files._target("waste", target)


def test_every_region_has_its_members_in_the_families_of_all_regions():
    every = {family.code: len(family.members) for family in families().values()}

    assert every["distribution"] == every["hospitals"] == every["schools"] == 12


def test_every_topic_is_found_by_each_of_its_labels():
    lost = [
        (topic.code, label)
        for topic in topics()
        for label in (topic.labels.ar, topic.labels.fr, topic.labels.en)
        if topic.code not in [match.topic.code for match in topic_index().matches(label)]
    ]

    assert lost == []


def test_every_phrase_has_a_word_that_can_be_searched():
    blank = [
        (topic.code, phrase)
        for topic in topics()
        for phrase in topic.phrases
        if search_phrase(phrase) and not topic_words(phrase)
    ]

    assert blank == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("les poubelles", "poubelle"),
        ("l'état", "etat"),
        ("الكِلاب", "كلاب"),
        ("الحالة", "الحاله"),
        ("l7ala", "hala"),
        ("lmouhafada", "mo7afada"),
        ("lpermi", "permis"),
        ("zzbel", "zbel"),
        ("ديال الزبل", "الزبل"),
    ],
)
def test_spellings_of_one_word_are_folded_together(one, other):
    assert topic_words(one) == topic_words(other)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("passeport", "paseport", True),
        ("passeport", "passseport", True),
        ("passeport", "passepurt", True),
        ("passeport", "passepotr", True),
        ("passeport", "passeport", False),
        ("passeport", "pasepotr", False),
        ("abc", "cba", False),
        ("abcd", "badc", False),
    ],
)
def test_one_edit_is_a_letter_more_less_other_or_swapped(one, other, near):
    assert one_edit_apart(one, other) is near


@pytest.mark.parametrize(
    ("one", "other"), [("الجامعي", "الجامع"), ("العمالة", "العمال"), ("المحروقات", "محروقة")]
)
def test_words_that_only_look_alike_are_not_folded_together(one, other):
    assert topic_words(one) != topic_words(other)


def test_forms_of_a_word_with_a_stem_of_its_own_are_folded_together():
    assert topic_words("الجامعي") == topic_words("جامعات") == topic_words("الجامعة")


@pytest.mark.parametrize(
    ("word", "bare"), [("لدفن", "دفن"), ("فسوق", "سوق"), ("دفن", "دفن"), ("لحم", "لحم")]
)
def test_a_preposition_joined_to_a_long_enough_word_is_taken_off(word, bare):
    assert without_preposition(word) == bare


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zbel 9dam lmdrasa", ["lmdrasa"]),
        ("الزبل قدام المدرسة", ["المدرسة"]),
        ("poubelle devant l'école", ["ecole"]),
        ("école sans enseignant", []),
        ("devant chez moi", []),
    ],
)
def test_the_words_after_in_front_of_say_where(text, said):
    assert words_of_place(text) == {word for one in said for word in topic_words(one)}


def test_what_stands_in_front_of_a_school_is_no_matter_of_schools_first():
    first = topic_index().matches("dodane 9dam lmadrasa")[0]

    assert first.topic.code == "streets"


def test_a_place_alone_is_still_a_subject():
    first = topic_index().matches("devant l'école")[0]

    assert first.topic.code == "schools"


def test_a_number_beside_the_subject_counts_for_nothing():
    alone, beside = (topic_index().matches(text)[0] for text in ("دعم السكن", "دعم السكن 77"))

    assert (alone.topic.code, alone.explained) == (beside.topic.code, beside.explained)

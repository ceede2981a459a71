"""What the benches compute with."""

from random import Random

import pytest

from bench.filling import reference
from bench.generated_text import RARE, RARE_EVERY, TextGenerator
from bench.measuring import Pace, Unfit, by_turns, growth, p95, require, summary
from shared.kernel.references import reference_parse


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([3.0], 3.0), ([1.0, 2.0], 2.0), ([float(n) for n in range(1, 101)], 95.0)],
)
def test_nineteen_in_twenty_do_not_exceed_the_95th_percentile(seconds, expected):
    assert p95(seconds) == expected


def test_a_summary_holds_the_median_of_the_rounds_and_their_range():
    found = summary([[0.001] * 3, [0.002] * 3, [0.009] * 3])

    assert found == {"median_ms": 2.0, "p95_ms": 2.0, "p95_range_ms": [1.0, 9.0]}


def test_growth_compares_round_by_round():
    found = growth([[2.0], [4.0], [9.0]], [[1.0], [1.0], [3.0]])

    assert found == {"ratio": 3.0, "range": [2.0, 4.0], "ratio_of_medians": 3.0}


def test_acts_take_turns_after_a_warm_up_of_all():
    called: list[str] = []

    timings = by_turns(
        {"one": lambda: called.append("1"), "two": lambda: called.append("2")},
        Pace(rounds=2, times=2),
    )

    assert "".join(called) == "1122" * 3
    assert [[len(one) for one in rounds] for rounds in timings.values()] == [[2, 2], [2, 2]]


def test_a_bench_that_does_not_measure_what_it_should_fails():
    with pytest.raises(Unfit, match="another case"):
        require(False, "another case")


def test_references_are_true_and_all_different():
    made = [reference(number, seed=11) for number in range(2_000)]

    assert len(set(made)) == 2_000
    assert [reference_parse(one) for one in made] == made


@pytest.mark.slow
def test_the_same_seed_tells_the_same_stories():
    def told(seed):
        generator = TextGenerator(seed=seed)
        return [generator.text(number=number, of=9) for number in range(9)], generator.words(
            9, Random(1)
        )

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_a_rare_word_comes_once_in_its_number_of_cases():
    generator = TextGenerator(seed=1)
    numbers = [RARE_EVERY // 2 + step for step in (-1, 0, 1)]

    texts = [generator.text(number=number, of=10 * RARE_EVERY) for number in numbers]

    assert [RARE in text.subject for text in texts] == [False, True, False]

"""Where a long hosted page has pauses: often enough in every list, whatever its resources are called."""

import pytest

from widget_server.publish.pauses import CARDS_BETWEEN_PAUSES, follows


def stretches(resource_ids: list[str]) -> list[int]:
    """How many cards there are from one pause to the next."""
    found = [0]
    for resource_id in resource_ids:
        found[-1] += 1
        if follows(resource_id):
            found.append(0)
    return found


def test_of_numbers_that_count_up_each_twentieth_has_a_pause() -> None:
    assert stretches([str(n) for n in range(7001, 8001)]) == [20] * 50 + [0]


@pytest.mark.parametrize("named", ["desk-{}", "{}-a", "{:064x}", "{}ü"])
def test_other_names_have_about_as_many(named: str) -> None:
    found = stretches([named.format(n) for n in range(1000)])
    assert 25 < len(found) < 100
    assert max(found) < 10 * CARDS_BETWEEN_PAUSES


def test_no_identifier_is_too_long_or_too_odd() -> None:
    assert follows("0" * 10_000)
    assert follows("٤٠")  # decimal, too
    assert not follows("²")
    follows("")

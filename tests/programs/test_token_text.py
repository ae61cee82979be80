"""What a token looks like, and in which header it is seen."""

from collections import Counter

import pytest

from widget_server.programs.token_text import ALPHABET, LENGTH, digest, new_text, presented

TOKEN = "aZ09" * 16


def test_a_token_has_64_letters_and_digits_each_as_likely_as_the_others() -> None:
    made = [new_text() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {len(text) for text in made} == {LENGTH} == {64}
    counts = Counter("".join(made))
    assert set(counts) == set(ALPHABET)
    assert len(ALPHABET) == 62
    assert max(counts.values()) < 1.4 * min(counts.values())  # 1032 on average, 32 either way


def test_the_digest_is_sha_256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER   {TOKEN}", f" \tBearer {TOKEN}\t"])
def test_the_schemes_case_and_blanks_do_not_count(header: str) -> None:
    assert presented(header) == TOKEN


@pytest.mark.parametrize(
    "header",
    [
        None, "", " ", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer{TOKEN}", f"Bearer\t{TOKEN}",
        f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}0", f"Bearer {TOKEN} {TOKEN}", f"Bearer {TOKEN}, Bearer {TOKEN}",
        f"Bearer {TOKEN[:-1]}\x00", f"Bearer {TOKEN}\x00", f"Bearer {TOKEN}\n", f"Bearer {TOKEN[:-1]}-",
        f"Bearer {TOKEN[:-1]}é", f"Bearer {TOKEN[:-1]}\u017f", f"Bearer {TOKEN[:-1]}\u212a", f"Bearer {TOKEN[:-1]}٣",
        f"Bearer {TOKEN[:-1]}\ud800", "Bearer " + "a" * 10_000_000, "Bearer" + " " * 10_000_000 + TOKEN,
    ],
    ids=lambda header: repr(header)[:90],
)  # fmt: skip
def test_whatever_else_comes_holds_no_token(header: str | None) -> None:
    assert presented(header) is None

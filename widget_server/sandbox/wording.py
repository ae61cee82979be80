"""Plain words for the hub's page."""

from __future__ import annotations

FAILURE_WORDS = {
    "api_401": "API: says the token has expired",
    "api_429": "API: too many requests (seconds to wait)",
    "api_5xx": "API: server error (status)",
    "api_slow": "API: slow to answer (seconds)",
    "api_drip": "API: drips bytes (seconds between two)",
    "api_cut_off": "API: cuts the answer off",
    "api_broken_page": "API: one page is broken (which)",
    "api_redirect": "API: redirects elsewhere (address)",
    "api_huge": "API: huge answer (megabytes)",
    "api_empty": "API: answers empty sets",
    "next_loop": "API: pages go round in circles",
    "next_elsewhere": "API: next page on another host (origin)",
    "token_lost_answer": "Tokens: answer gets lost after rotating",
    "token_400_no_error": "Tokens: 400 without an error name",
    "token_200_empty": "Tokens: 200 with nothing in it",
    "token_429_html": "Tokens: 429 as HTML (seconds to wait)",
    "token_5xx": "Tokens: server error (status)",
    "token_redirect": "Tokens: redirects elsewhere (address)",
    "webhook_duplicate": "Webhooks: sent several times (how often)",
    "webhook_reorder": "Webhooks: out of order (how many are held)",
    "webhook_delay": "Webhooks: late (seconds)",
    "webhook_drop": "Webhooks: never sent",
}


def outcome(status: int | None, answer: str) -> str:
    """How a delivery ended, in a few words: "202", "403: …" or why there was no answer."""
    if status is None:
        return answer[:120]
    return str(status) if status < 400 else f"{status}: {answer[:120]}"

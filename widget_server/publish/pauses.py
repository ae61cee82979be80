"""Where a browser takes a breath while it reads a long hosted page.

Chromium reads HTML in tasks of up to 500 ms (`long-parser-budget` in its `html_document_parser.cc`), in which no click
is answered. It ends a task early at a script that it has to fetch, even when it has that script already. So the page's
own script stands behind some of the cards, where it does nothing; browsers that run no scripts read on.
"""

import zlib

CARDS_BETWEEN_PAUSES = 20
"""On average. Reading a card takes a phone about 1 ms, and a pause about as long."""


def follows(resource_id: str) -> bool:
    """Whether there is a pause behind the card of this resource.

    Cards are rendered one by one and put together later, so their number on the page isn't known here: the identifier
    decides. Of identifiers that count up it is each twentieth, of others about as many.
    """
    number = int(resource_id[-2:]) if resource_id.isdecimal() else zlib.crc32(resource_id.encode())
    return number % CARDS_BETWEEN_PAUSES == 0

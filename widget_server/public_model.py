"""What visitors may see, as plain data: what the store hands to `publish`.

Being in `PublicData` is what makes something public. Whoever fills it (`store/public.py`) leaves out every listing
that is not `active`, that is unmapped or whose location is hidden, and every rate that is gone or that the operator
hides; where the operator has corrected one, it carries the corrected amount. What depends on the moment (validity
dates) is left in: `publish/compose.py` judges that, and knows when to judge again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.model import Listing, LocationData, RateData, ResourceData

STALE_AFTER = timedelta(hours=24)
"""PROTOCOL §5: from when on a reader should take the data for out of date."""


@dataclass(frozen=True)
class PublicWorkspace:
    """Who the prices are from. `locale` is a BCP 47 tag, `currency` ISO 4217, `accent` a CSS colour `#rrggbb`.

    `languages` are those that visitors may have, as codes of ours; None: all.
    `booking_url` is the address to book at where the data has none, with `{location}`, `{resource}` and `{rate}` in it.
    """

    name: str
    locale: str = "en-GB"
    currency: str | None = None
    accent: str | None = None
    booking_url: str | None = None
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True)
class PublicRate:
    """One price under the identifier that we publish it under; unique within its resource, stable over time."""

    id: str
    data: RateData


@dataclass(frozen=True)
class PublicResource:
    """An active resource listing. `data` is None until the source has said something about it."""

    listing: Listing
    data: ResourceData | None = None
    rates: tuple[PublicRate, ...] = ()


@dataclass(frozen=True)
class PublicLocation:
    """An active location listing with its active resources. `data` is None until the source has said something."""

    listing: Listing
    data: LocationData | None = None
    resources: tuple[PublicResource, ...] = ()


@dataclass(frozen=True)
class PublicData:
    """Everything that is public at one moment.

    `version` changes whenever anything in here changes and goes into document keys: printable ASCII without spaces.
    `synced_at` is an aware UTC datetime, None before the first sync. The order of the tuples doesn't matter.
    """

    version: str
    workspace: PublicWorkspace
    synced_at: datetime | None = None
    stale_after: timedelta = STALE_AFTER
    locations: tuple[PublicLocation, ...] = ()

"""The table of all settings: name, kind, default and help. `config.py` reads by it, `config_manual.py` explains it."""

from dataclasses import dataclass

from widget_server import setting_kinds as kinds


@dataclass(frozen=True)
class Setting:
    """One row of the table. `default` is the text that stands in for an unset variable; None means unset."""

    name: str
    kind: kinds.Kind
    default: str | None
    help: str
    secret: bool = False

    @property
    def attribute(self) -> str:
        """`WIDGET_SITE_URL` → `site_url`."""
        return self.name.removeprefix("WIDGET_").lower()


@dataclass(frozen=True)
class Section:
    """Settings that belong together, under the manual's heading for them."""

    title: str
    settings: tuple[Setting, ...]


SITE = (
    Setting("WIDGET_SITE_URL", kinds.origin, None,
            "Where this site is reached, such as `https://prices.example.com`. Every absolute URL comes from it, never "
            "from a Host header. Required unless the server listens on loopback only."),
    Setting("WIDGET_TRUSTED_PROXIES", kinds.whole_number(0, 10), "0",
            "How many reverse proxies in front of the site to believe for the client's address. Each must add to "
            "`X-Forwarded-For` and drop headers with an underscore in their name, as nginx does: `X_Forwarded_For` "
            "would pass for the real one. With a proxy and 0, all visitors have the proxy's address."),
    Setting("WIDGET_SECRET_KEY", kinds.secret_keys, None,
            "Comma-separated keys of at least 32 characters. The first signs and encrypts, the others still read: put "
            "a new one in front to rotate. Unset: generated on first start and kept in the data directory.",
            secret=True),
    Setting("WIDGET_DATA_DIR", kinds.path, "var",
            "Folder for the SQLite database, the generated key, the file cache and copies from before a restore. Made "
            "when it isn't there."),
    Setting("WIDGET_DATABASE_URL", kinds.database_url, None,
            "`sqlite:///…` or `postgresql://user@host/name`. Unset: SQLite in the data directory.", secret=True),
    Setting("WIDGET_REDIS_URL", kinds.redis_url, None,
            "`redis://host:6379/0`: where published documents are cached and failed log-ins counted when there are "
            "several machines. Unset: files in the data directory, and the database.", secret=True),
)  # fmt: skip

OPERATOR = (
    Setting("WIDGET_OPERATOR_EMAIL", kinds.email, None,
            "The operator's e-mail address for logging in. Together with the password it makes or updates the account "
            "at start; a password changed on the site holds until this one changes. Unset: a one-time set-up link is "
            "printed at first start."),
    Setting("WIDGET_OPERATOR_PASSWORD", kinds.password, None,
            "The operator's password, 10 characters or more.", secret=True),
)  # fmt: skip

SYNCAROO = (
    Setting("WIDGET_PLATFORM_CLIENT_ID", kinds.text, None,
            "The client id that you enter in Syncaroo's portal (`yourClientId`): Syncaroo calls this site with it."),
    Setting("WIDGET_PLATFORM_CLIENT_SECRET", kinds.text, None,
            "The client secret that you enter in Syncaroo's portal (`yourClientSecret`).", secret=True),
    Setting("WIDGET_SYNCAROO_CLIENT_ID", kinds.text, None,
            "The client id that Syncaroo's developer portal gave you: this site calls Syncaroo with it."),
    Setting("WIDGET_SYNCAROO_CLIENT_SECRET", kinds.text, None,
            "The client secret that Syncaroo's developer portal gave you.", secret=True),
    Setting("WIDGET_SYNCAROO_APP_URL", kinds.origin, "https://app.syncaroo.com",
            "Where Syncaroo's own site is: connecting starts and ends there."),
    Setting("WIDGET_SYNCAROO_API_URL", kinds.origins, "https://api.syncaroo.com",
            "Comma-separated origins of Syncaroo's API. No other host is ever sent a token."),
    Setting("WIDGET_SYNCAROO_HASH_MODE", kinds.one_of("auto", "enforce", "observe", "off"), "auto",
            "What the `hash` of a webhook decides. `auto`: observe until one delivery of the connection has verified, "
            "enforce from then on. `enforce`: refuse what doesn't match. `observe`: accept and record. `off`: don't "
            "look."),
    Setting("WIDGET_SYNCAROO_HASH_SECRET", kinds.text, None,
            "Key of the webhooks' `hash`. Unset: Syncaroo's client secret.", secret=True),
    Setting("WIDGET_SYNCAROO_HASH_ALGORITHM", kinds.one_of("sha256", "sha384", "sha512", "sha1"), "sha256",
            "Digest of the webhooks' `hash`."),
    Setting("WIDGET_SWEEP_HOURS", kinds.whole_number(1, 24), "6",
            "How often everything known is fetched again, in case a webhook never came."),
    Setting("WIDGET_FETCHES_AT_ONCE", kinds.whole_number(1, 32), "4",
            "How many of Syncaroo's pages a worker fetches at the same time. More make a first set faster where each "
            "answer takes long to come; no target is ever fetched more than five times a second."),
)  # fmt: skip

VISITORS = (
    Setting("WIDGET_WORKSPACE_NAME", kinds.text, "Our workspace",
            "The workspace's name, as visitors read it."),
    Setting("WIDGET_LOCALE", kinds.locale, "en-GB",
            "Language and region of the widget where a page doesn't say, such as `en-GB` or `de-DE`. In place of a "
            "language that it doesn't have it speaks English, numbers and dates included."),
    Setting("WIDGET_LANGUAGES", kinds.languages, "*",
            "Which of the widget's languages visitors may have: all, or some of "
            + ", ".join(f"`{each}`" for each in kinds.LANGUAGES) +
            ". That of `WIDGET_LOCALE` is always among them, and whoever wants another one gets it."),
    Setting("WIDGET_CURRENCY", kinds.currency, None,
            "Three-letter currency for prices that come without one. Unset: such prices aren't shown."),
    Setting("WIDGET_ACCENT", kinds.colour, "#0b6e4f",
            "Accent colour of the widget, `#rrggbb`."),
    Setting("WIDGET_STALE_AFTER_HOURS", kinds.whole_number(1, 24 * 30), "24",
            "After how many hours without confirmation prices count as old, in the data (`staleAfter`) and alerts."),
    Setting("WIDGET_BOOKING_URL", kinds.booking_template, None,
            "Where a price can be booked that comes without an address of its own, such as "
            "`https://book.example.com/{location}/{resource}?rate={rate}`: our identifiers are filled in. https, http, "
            "mailto or tel. Unset: such prices have no button."),
    Setting("WIDGET_ALLOWED_ORIGINS", kinds.frame_origins, "*",
            "Who may show the hosted page in a frame: everybody, or only pages of these origins."),
)  # fmt: skip

WATCHING = (
    Setting("WIDGET_METRICS_TOKEN", kinds.text, None,
            "Bearer token for `/metrics`. Unset: `/metrics` answers on loopback only.", secret=True),
    Setting("WIDGET_SMTP_URL", kinds.smtp_url, None,
            "`smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host:465`: the mail server for "
            "alerts. A password is never sent unencrypted but to loopback.",
            secret=True),
    Setting("WIDGET_ALERT_EMAIL", kinds.email, None,
            "Who gets an e-mail when the connection to Syncaroo, a failed update or a removal needs the operator, or "
            "prices weren't confirmed for `WIDGET_STALE_AFTER_HOURS`; and another when it is over. Needs "
            "`WIDGET_SMTP_URL`."),
    Setting("WIDGET_ALERT_URL", kinds.web_url, None,
            "A webhook of a chat tool, which gets the same alerts as a JSON POST: `text` and `content` to read, "
            "`event` (`opened`, `over` or `test`), `kind`, `title`, `since`, `workspace` and `url` for programs.",
            secret=True),
)  # fmt: skip

SECTIONS = (
    Section("The site", SITE),
    Section("The operator", OPERATOR),
    Section("Syncaroo", SYNCAROO),
    Section("What visitors see", VISITORS),
    Section("Watching over it", WATCHING),
)
SETTINGS = tuple(setting for section in SECTIONS for setting in section.settings)

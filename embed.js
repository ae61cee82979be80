// <pricing-widget>: live prices of a workspace, on any website.
//
//   <div data-pricing-widget data-location="1198"><a href="https://SITE/widget?location=1198">See our prices</a></div>
//   <script async src="https://SITE/embed.js"></script>
//
// The element form is <pricing-widget location="1198">. Until there are prices, whatever is inside of the element
// stays: it is the way on when this script can't run or the site can't be reached. Nothing here throws into the page,
// leaves a global behind, or makes markup out of text: nodes and text nodes only, styles by constructed sheets.
(() => {
  "use strict";

  const TAG = "pricing-widget";
  const MOUNT = "[data-pricing-widget]";
  const REFRESH_MS = 60_000;
  const TIMEOUT_MS = 20_000;
  const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
  const SQUARE_METRES_PER_SQUARE_FOOT = 0.09290304;
  const SQUARE_FEET_REGIONS = ["US", "GB", "CA", "IN", "IE", "SG", "AE"];
  const DIGITS = { numberingSystem: "latn" };

  const STYLES = `
:host { display: block; }
:host([hidden]) { display: none; }
:host([theme="light"]), :host([data-theme="light"]) { color-scheme: light; }
:host([theme="dark"]), :host([data-theme="dark"]) { color-scheme: dark; }
.pw { all: initial; position: relative; font-family: inherit; color-scheme: inherit; }
.pw * { box-sizing: border-box; }
@media print { .card { break-inside: avoid; } }
/* shared: begin */
.pw { --ink: #16191d; --muted: #59616c; --line: #e3e6ea; --surface: #fff; --tint: #f4f5f7; --good: #12805c;
  --accent: var(--pw-accent, #0b6e4f); --on-accent: var(--pw-on-accent, #fff);
  display: block; color: var(--ink); font-size: medium; line-height: 1.5; text-align: start; overflow-wrap: anywhere; }
@supports (color: light-dark(#000, #fff)) {
  .pw { --ink: light-dark(#16191d, #eef0f2); --muted: light-dark(#59616c, #a5adb8); --line: light-dark(#e3e6ea, #30353d);
    --surface: light-dark(#fff, #1a1d21); --tint: light-dark(#f4f5f7, #24282e); --good: light-dark(#12805c, #4cc79b); }
}
.place + .place { margin-top: 3em; }
.place-head { margin-bottom: 1.25em; }
.place-name { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25em 0.6em; margin: 0;
  font-size: 1.375em; font-weight: 650; letter-spacing: -0.015em; line-height: 1.25; }
.status { display: inline-flex; align-items: center; gap: 0.5em; padding: 0.2em 0.75em; border-radius: 2em;
  background: var(--tint); color: var(--muted); font-size: 0.59em; font-weight: 550; letter-spacing: 0; }
.status::before { width: 0.55em; height: 0.55em; border-radius: 50%; background: var(--muted); content: ""; }
.status.open { color: var(--good); }
.status.open::before { background: var(--good); }
.about { max-width: 44em; margin: 0.4em 0 0; color: var(--muted); font-size: 0.9375em; }
.about + .about { margin-top: 0.1em; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19em), 1fr)); gap: 1em;
  margin: 0; padding: 0; list-style: none; }
.card { display: flex; flex-direction: column; min-width: 0; padding: 1.25em 1.25em 1.1em; border: 1px solid var(--line);
  border-radius: 1em; background: var(--surface); }
.name { margin: 0; font-size: 1.125em; font-weight: 650; letter-spacing: -0.01em; line-height: 1.35; }
.facts { display: flex; flex-wrap: wrap; gap: 0.4em; margin: 0.7em 0 0; padding: 0; font-size: 0.8125em; list-style: none; }
.facts li { padding: 0.15em 0.65em; border-radius: 0.5em; background: var(--tint); }
.facts .kind { background: none; box-shadow: inset 0 0 0 1px var(--line); color: var(--muted); }
.desc { display: -webkit-box; margin: 0.7em 0 0; overflow: hidden; color: var(--muted); font-size: 0.9375em;
  -webkit-box-orient: vertical; -webkit-line-clamp: 4; }
.rates { margin: 0.6em 0 0; padding: 0; list-style: none; }
.rate { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1em; align-items: baseline; padding: 0.7em 0; }
.rate + .rate { border-top: 1px solid var(--line); }
.rate:last-child { padding-bottom: 0; }
.label { font-size: 0.9375em; }
.for { margin-inline-start: 0.5em; padding: 0.1em 0.5em; border-radius: 0.4em; background: var(--tint); color: var(--muted);
  font-size: 0.8em; white-space: nowrap; }
.price { max-width: 14em; text-align: end; font-variant-numeric: tabular-nums; }
.amount { font-size: 1.1875em; font-weight: 650; letter-spacing: -0.01em; }
.words { font-size: 1em; font-weight: 600; }
.unit, .tax { color: var(--muted); font-size: 0.875em; }
.tax { display: block; font-size: 0.75em; line-height: 1.3; }
.fine { grid-column: 1 / -1; margin: 0.15em 0 0; color: var(--muted); font-size: 0.8125em; }
.more { margin-top: 0.3em; color: var(--muted); font-size: 0.8125em; }
.more summary { width: fit-content; padding: 0.25em 0; cursor: pointer; }
.more ul { margin: 0; padding: 0; list-style: none; }
.more li { display: flex; justify-content: space-between; gap: 1em; padding: 0.15em 0; }
.act { grid-column: 2; margin: 0.5em 0 0.2em; text-align: end; }
.book { display: inline-block; padding: 0.4em 1.1em; border-radius: 0.6em; background: var(--accent); color: var(--on-accent);
  font-size: 0.875em; font-weight: 600; text-decoration: none; }
.book:hover { filter: brightness(1.08); }
.link { display: inline-block; padding: 0.15em 0; color: var(--ink); font-size: 0.875em; text-decoration: underline;
  text-decoration-color: var(--line); text-decoration-thickness: 2px; text-underline-offset: 0.2em; }
.link:hover { text-decoration-color: currentColor; }
.foot { margin: auto 0 0; padding-top: 0.9em; }
.pw a:focus-visible, .pw summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.pw .book:focus-visible { outline-color: var(--ink); }
.none { margin: 0; color: var(--muted); font-size: 0.9375em; }
.notice { padding: 2.5em 1.5em; border: 1px dashed var(--line); border-radius: 1em; text-align: center; }
.notice h2 { margin: 0; font-size: 1.125em; font-weight: 650; }
.notice p { max-width: 32em; margin: 0.4em auto 0; color: var(--muted); }
.notice p + p { margin-top: 1.25em; }
.asof { margin: 1.25em 0 0; color: var(--muted); font-size: 0.8125em; }
.live { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
/* shared: end */
`;

  // Defined already: the script is on the page twice, and the first one does the work.
  if (!self.customElements || customElements.get(TAG)) return;

  const site = (() => {
    const isOurs = (script) => /\/embed\.js$/.test(script.src.split(/[?#]/)[0]);
    const script = document.currentScript || [...document.querySelectorAll("script[src]")].filter(isOurs).pop();
    return script && script.src ? new URL(".", script.src) : null;
  })();
  if (!site) return;

  // ── Building nodes ────────────────────────────────────────────────────────────────────────────────────────────

  /** An element with a class and children (nodes or texts; what is empty is left out). */
  const el = (tag, className, ...children) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    for (const child of children) if (child) node.append(child);
    return node;
  };

  /** The same for text from outside, which may run in another direction than the words around it. */
  const text = (tag, className, content) => el(tag, className, el("bdi", "", content));

  /** A link, or nothing if visitors must not follow it. `about` is what it is called when read out of context. */
  const link = (className, url, content, about) => {
    try {
      if (!SCHEMES.includes(new URL(url).protocol)) return null;
    } catch {
      return null;
    }
    const node = el("a", className, content);
    node.href = url;
    node.rel = "noopener";
    node.setAttribute("aria-label", `${content}: ${about}`);
    return node;
  };

  /** Black or white, whichever reads better on a colour #rrggbb (WCAG relative luminance). */
  const readableOn = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 ? "#fff" : "#000";
  };

  /** What a dictionary from outside says about a key, and nothing about "constructor". */
  const entry = (dictionary, key) => (Object.hasOwn(dictionary, key) ? dictionary[key] : undefined);

  // ── Saying things ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Values in the reader's words; the hosted page says the same on the server. */
  class Phrases {
    #words;

    constructor(words, wanted, operator) {
      this.#words = words;
      this.locale = words.lang;
      for (const tag of [operator, wanted]) {
        try {
          const locale = new Intl.Locale(tag);
          if (locale.language === words.lang && locale.region) this.locale = locale.baseName;
        } catch {
          // Not a language tag: somebody else's lang attribute may hold anything.
        }
      }
    }

    get direction() {
      return this.#words.dir;
    }

    word(key, values = {}) {
      return this.#words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    }

    /** A phrase whose `{price}` is shown larger: [before, after]. */
    around(key) {
      return this.#words[key].split("{price}");
    }

    number(n, options) {
      return new Intl.NumberFormat(this.locale, { ...DIGITS, ...options }).format(n);
    }

    counted(forms, n) {
      const form = n === 1 ? "one" : new Intl.PluralRules(this.locale).select(n);
      return (forms[form] ?? forms.other).replace("{n}", this.number(n));
    }

    type(type) {
      const own = type.replaceAll("-", " ");
      return entry(this.#words.types, type) ?? own[0].toUpperCase() + own.slice(1);
    }

    /** "45.00" → "£45", "12.50" → "£12.50": never rounded, no empty decimals. */
    money(amount, currency) {
      const fraction = amount.split(".")[1] ?? "";
      const digits = Number(fraction) ? fraction.length : 0;
      const options = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
      return this.number(amount, options);
    }

    unit({ unit, unitCount = 1, amount, priceType }) {
      if (!unit || !amount || priceType === "free") return "";
      if (unit === "one_off") return this.word("once");
      const forms = entry(this.#words.units, unit);
      const own = unitCount === 1 ? unit : `${unitCount} × ${unit}`;
      return this.word("per", { unit: forms ? this.counted(forms, unitCount) : own });
    }

    tax({ taxMode, taxRate, amount, priceType }) {
      if (!taxMode || !amount || priceType === "free") return "";
      const key = taxMode === "inclusive" ? "taxInclusive" : "taxExclusive";
      if (!taxRate) return this.word(key);
      const rate = this.number(Number(taxRate) / 100, { style: "percent", maximumFractionDigits: 3 });
      return this.word(`${key}Rate`, { rate });
    }

    area(squareFeet) {
      if (SQUARE_FEET_REGIONS.includes(new Intl.Locale(this.locale).region)) {
        return this.word("sqft", { n: this.number(squareFeet) });
      }
      return this.word("sqm", { n: this.number(Math.round(squareFeet * SQUARE_METRES_PER_SQUARE_FOOT)) });
    }

    date(moment) {
      const options = { ...DIGITS, dateStyle: "long", timeZone: "UTC" };
      return new Intl.DateTimeFormat(this.locale, options).format(new Date(moment.slice(0, 10)));
    }

    facts({ capacity, areaSqft, units, availableFrom }) {
      return [
        capacity && this.counted(this.#words.people, capacity),
        areaSqft && this.area(areaSqft),
        units > 1 && this.counted(this.#words.available, units),
        availableFrom && this.word("availableFrom", { date: this.date(availableFrom) }),
      ].filter(Boolean);
    }

    finePrint(rate) {
      const fee = (key) => rate[key] && this.word(key, { price: this.money(rate[key], rate.currency) });
      const day = (key) => rate[key] && this.word(key, { date: this.date(rate[key]) });
      const term = rate.minTerm && this.word("minTerm", { term: rate.minTerm });
      return [fee("deposit"), fee("setupFee"), term, day("validFrom"), day("validTo")].filter(Boolean);
    }

    /** "Updated 3 minutes ago", or, once the data is out of date, the moment that it is from. */
    age({ syncedAt, staleAfter }) {
      if (!syncedAt) return "";
      const then = new Date(syncedAt);
      if (Date.now() > Date.parse(staleAfter)) {
        const options = { ...DIGITS, dateStyle: "long", timeStyle: "short" };
        return this.word("asOf", { date: new Intl.DateTimeFormat(this.locale, options).format(then) });
      }
      const minutes = Math.max(0, Math.round((Date.now() - then) / 60_000));
      const [n, unit] = minutes < 60 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
      const ago = new Intl.RelativeTimeFormat(this.locale, { ...DIGITS, numeric: "auto" });
      return this.word("updated", { time: n ? ago.format(-n, unit) : ago.format(0, "second") });
    }
  }

  // ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  const drawPrice = (rate, say) => {
    const known = rate.amount && (rate.priceType === "exact" || rate.priceType === "from");
    const [before, after] = known && rate.priceType === "from" ? say.around("from") : [];
    const words = { free: "free", on_application: "onApplication" }[rate.priceType] ?? "noPrices";
    const price = known ? say.money(rate.amount, rate.currency) : say.word(words);
    const unit = say.unit(rate);
    const tax = say.tax(rate);
    const strong = el("b", known || rate.priceType === "free" ? "amount" : "words", price);
    return el(
      "span", "price",
      before && el("span", "unit", before), strong, after && el("span", "unit", after),
      unit && " ", unit && text("span", "unit", unit), tax && " ", tax && el("span", "tax", tax),
    );
  };

  const drawExtras = (extras, say) =>
    el("details", "more", el("summary", "", say.word("extras")), el("ul", "", ...each(extras, (extra) =>
      el("li", "", text("span", "", extra.name), extra.amount && el("span", "", say.money(extra.amount, extra.currency))),
    )));

  const drawRate = (rate, resource, say) => {
    const audience = { member: "member", non_member: "nonMember" }[rate.audience];
    const fine = say.finePrint(rate);
    const book = link("book", rate.bookingUrl, say.word("book"), [resource.name, rate.name].filter(Boolean).join(", "));
    return el(
      "li", "rate",
      el("span", "label", text("span", "", rate.name), audience && el("span", "for", say.word(audience))),
      drawPrice(rate, say),
      fine.length && el("p", "fine", fine.join(" · ")),
      rate.extras && drawExtras(rate.extras, say),
      book && el("p", "act", book),
    );
  };

  const drawResource = (resource, say) => {
    const type = resource.type ? say.type(resource.type) : "";
    const kind = type.toLowerCase() !== resource.name.toLowerCase() && type;
    const facts = each(say.facts(resource), (fact) => el("li", "", fact));
    if (kind) facts.unshift(text("li", "kind", kind));
    const details = link("link", resource.url, say.word("details"), resource.name);
    return el(
      "li", "card",
      text("h4", "name", resource.name),
      facts.length && el("ul", "facts", ...facts),
      resource.description && text("p", "desc", resource.description),
      resource.rates.length
        ? el("ul", "rates", ...each(resource.rates, (rate) => drawRate(rate, resource, say)))
        : el("p", "none foot", say.word("noPrices")),
      details && el("p", "foot", details),
    );
  };

  const drawLocation = (location, say) => {
    const about = (content) => content && text("p", "about", content);
    const status = ["open", "closed"].includes(location.openStatus) && location.openStatus;
    const website = link("link", location.url, say.word("website"), location.name);
    const name = el(
      "h3", "place-name",
      text("span", "", location.name), status && " ", status && el("span", `status ${status}`, say.word(status)),
    );
    const head = el(
      "header", "place-head", name,
      about(location.address?.join(", ")), about(location.hours?.join(" · ")), about(location.description),
      website && el("p", "about", website),
    );
    const cards = location.resources.length
      ? el("ul", "cards", ...each(location.resources, (resource) => drawResource(resource, say)))
      : el("p", "none", say.word("emptyText"));
    return el("section", "place", head, cards);
  };

  const drawNotice = (filtered, say) => {
    const key = filtered ? "noMatch" : "empty";
    const all = filtered && link("book", new URL("widget", site).href, say.word("allPrices"), say.word("prices"));
    return el(
      "div", "notice",
      el("h3", "name", say.word(`${key}Title`)), el("p", "", say.word(`${key}Text`)), all && el("p", "", all),
    );
  };

  /** One node for each item. */
  const each = (items, draw) => {
    const nodes = [];
    for (const item of items) nodes.push(draw(item));
    return nodes;
  };

  // ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One address of data, asked once for all the widgets that show it. */
  class Feed {
    static #feeds = new Map();
    static #watching = false;
    #url;
    #views = new Set();
    #data;
    #asking = false;

    static of(url) {
      if (!Feed.#feeds.has(url)) Feed.#feeds.set(url, new Feed(url));
      Feed.#watch();
      return Feed.#feeds.get(url);
    }

    static #watch() {
      if (Feed.#watching) return;
      Feed.#watching = true;
      const refresh = () => {
        if (document.visibilityState === "visible") for (const feed of Feed.#feeds.values()) feed.refresh();
      };
      setInterval(refresh, REFRESH_MS);
      document.addEventListener("visibilitychange", refresh);
    }

    constructor(url) {
      this.#url = url;
    }

    add(view) {
      this.#views.add(view);
      if (this.#data) view.show(this.#data);
      else this.refresh();
    }

    remove(view) {
      this.#views.delete(view);
    }

    /** Ask for the latest; on failure everything stays as it is. */
    async refresh() {
      if (this.#asking || !this.#views.size) return;
      this.#asking = true;
      try {
        this.#data = await this.#latest();
        for (const view of this.#views) view.show(this.#data);
      } catch {
        // The site is away, or answers nonsense: the next round may do better.
      }
      this.#asking = false;
    }

    /** The browser's own cache revalidates with the ETag; when the site is away it may still have a copy. */
    async #latest() {
      try {
        return await this.#ask("no-cache");
      } catch (error) {
        if (this.#data || error === 404) throw error;
        return await this.#ask("force-cache");
      }
    }

    async #ask(cache) {
      const signal = AbortSignal.timeout?.(TIMEOUT_MS);
      const answer = await fetch(this.#url, { cache, credentials: "omit", signal });
      if (!answer.ok) throw answer.status;
      const data = await answer.json();
      if (!Array.isArray(data.locations) || !data.words) throw new TypeError("not a price list");
      return data;
    }
  }

  // ── The widget ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Shows prices in one host element: a <pricing-widget>, or whatever carries data-pricing-widget. */
  class View {
    static #styles;
    #host;
    #feed;
    #root;
    #shown;
    #prices = new Map();
    #accent = new CSSStyleSheet();
    #age = el("p", "asof");
    #live = el("p", "live");

    constructor(host) {
      this.#host = host;
      this.#live.setAttribute("role", "status");
    }

    get active() {
      return Boolean(this.#feed);
    }

    start() {
      const url = new URL("widget.json", site);
      for (const name of ["location", "type"]) if (this.#setting(name)) url.searchParams.set(name, this.#setting(name));
      url.searchParams.set("locale", this.#locale());
      const feed = Feed.of(url.href);
      if (feed === this.#feed) return;
      this.stop();
      this.#feed = feed;
      feed.add(this);
    }

    stop() {
      this.#feed?.remove(this);
      this.#feed = undefined;
    }

    show(data) {
      try {
        const say = new Phrases(data.words, this.#locale(), data.workspace.locale);
        const { syncedAt, staleAfter, ...content } = data;
        const now = JSON.stringify(content);
        if (now !== this.#shown) this.#draw(data, say);
        this.#shown = now;
        this.#age.textContent = say.age(data);
      } catch {
        // Data that can't be shown is no reason to disturb the page: what was there stays.
      }
    }

    #setting(name) {
      return this.#host.getAttribute(name) || this.#host.getAttribute(`data-${name}`) || "";
    }

    #locale() {
      return this.#setting("locale") || this.#host.closest("[lang]")?.lang || "";
    }

    #draw(data, say) {
      const places = data.locations.length
        ? each(data.locations, (location) => drawLocation(location, say))
        : [drawNotice(Boolean(this.#setting("type")), say)];
      const body = el("div", "pw", ...places, this.#age, this.#live);
      body.lang = say.locale;
      body.dir = say.direction;
      this.#dress(data.workspace.accent);
      this.#announce(data, say);
      this.#root.replaceChildren(body);
    }

    /** The shadow root comes with the first prices: until then the page's own link shows. */
    #dress(accent) {
      View.#styles ??= constructed(STYLES);
      this.#root ??= this.#host.shadowRoot ?? this.#host.attachShadow({ mode: "open" });
      if (/^#[0-9a-f]{6}$/i.test(accent)) {
        this.#accent.replaceSync(`:host { --pw-accent: ${accent}; --pw-on-accent: ${readableOn(accent)}; }`);
      }
      this.#root.adoptedStyleSheets = [View.#styles, this.#accent];
    }

    /** Says politely which prices changed since they were last shown. */
    #announce(data, say) {
      const prices = new Map();
      const changed = [];
      for (const { resources } of data.locations) {
        for (const { id, name, rates } of resources) {
          for (const rate of rates) {
            const key = JSON.stringify([id, rate.id]);
            const price = drawPrice(rate, say).textContent;
            prices.set(key, price);
            const before = this.#prices.get(key);
            if (before && before !== price) changed.push(`${name} ${price}`);
          }
        }
      }
      this.#prices = prices;
      const list = changed.slice(0, 3).join("; ");
      if (list) setTimeout(() => (this.#live.textContent = say.word("changed", { list })), 100);
    }
  }

  const constructed = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  };

  // ── Finding where to be ───────────────────────────────────────────────────────────────────────────────────────

  /** Runs what must never throw into the page. */
  const safely = (work) => {
    try {
      work();
    } catch {
      // A browser without what we need keeps the page's own link.
    }
  };

  class PricingWidget extends HTMLElement {
    static observedAttributes = ["location", "type", "locale"];
    #view;

    connectedCallback() {
      safely(() => (this.#view ??= new View(this)).start());
    }

    disconnectedCallback() {
      this.#view?.stop();
    }

    attributeChangedCallback() {
      if (this.#view?.active) safely(() => this.#view.start());
    }
  }

  const views = new Map();

  const mount = (host) => {
    if (host.localName === TAG) return;
    if (!views.has(host)) safely(() => views.set(host, new View(host)));
    safely(() => views.get(host)?.start());
  };

  const mountIn = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches(MOUNT)) mount(node);
    for (const host of node.querySelectorAll(MOUNT)) mount(host);
  };

  const unmountGone = () => {
    for (const [host, view] of views) {
      if (host.isConnected) continue;
      view.stop();
      views.delete(host);
    }
  };

  safely(() => {
    customElements.define(TAG, PricingWidget);
    mountIn(document.documentElement);
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) safely(() => mountIn(node));
      unmountGone();
    }).observe(document.documentElement, { childList: true, subtree: true });
  });
})();

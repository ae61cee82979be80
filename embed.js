// <pricing-widget>: live prices of a workspace, on any website.
//
//   <div data-pricing-widget data-location="1198" style="min-height:420px"><a href="https://SITE/widget?location=1198">See our prices</a></div>
//   <script async src="https://SITE/embed.js"></script>
//
// The element form is <pricing-widget location="1198">. Until there are prices, whatever is inside of the element
// stays: it is the way on when this script can't run or the site can't be reached. Nothing here throws into the page,
// leaves a global behind, or makes markup out of text: nodes and text nodes only, styles by constructed sheets.
// Pages may have changed Array.prototype and JSON.stringify: loops are `for … of`, and nothing is stringified.
(() => {
  const TAG = "pricing-widget";
  const MOUNT = `${TAG},[data-${TAG}]`;
  const WATCHED = ["location", "type", "locale", "theme", "data-location", "data-type", "data-locale", "data-theme", `data-${TAG}`];
  const REFRESH_MS = 60_000;
  const TIMEOUT_MS = 10_000;
  const PATIENCE_MS = 2_000; // then the copy of last time is shown, if nothing else is there
  const SLICE = 24; // prices and cards that are drawn at a time: far from the 50 ms that visitors notice
  const FADE_PX = 40; // the height of the fade in the styles
  const SQUARE_METRES_PER_SQUARE_FOOT = 0.09290304;

  const STYLES = `
.pw { all: initial; font-family: inherit; color-scheme: inherit; }
.pw * { box-sizing: border-box; }
/* shared: begin */
.pw { --ink: var(--pricing-text, light-dark(#16191d, #eef0f2)); --surface: var(--pricing-surface, light-dark(#fff, #1a1d21));
  --muted: color-mix(in srgb, var(--ink) 70%, var(--surface)); --line: color-mix(in srgb, var(--ink) 11%, var(--surface));
  --accent: var(--pricing-accent, var(--pw-accent, #0b6e4f)); --radius: var(--pricing-radius, 1em);
  --light: clamp(0, (0.179 - 0.2126 * r - 0.7152 * g - 0.0722 * b) * 9999, 1); /* WCAG's luminance: black or white */
  --on-accent: color(from var(--accent) srgb-linear var(--light) var(--light) var(--light));
  display: flow-root; color: var(--ink); font-size: medium; line-height: 1.5; text-align: start; overflow-wrap: anywhere; }
:where(.pw) ul { margin: 0; padding: 0; list-style: none; }
:where(.pw) p { margin: 0.4em 0 0; }
.place + .place { margin-top: 2.5em; }
.place-head { margin-bottom: 1em; }
.place-name, .name { margin: 0; font-size: 1.125em; font-weight: 650; line-height: 1.3; }
.place-name { font-size: 1.375em; }
.about, .desc, .none, .asof, .fine, .more, .unit, .tax, .for, .status { color: var(--muted); font-size: 0.875em; }
.about { max-width: 46em; }
.facts { display: flex; flex-wrap: wrap; gap: 0.4em; padding-top: 0.6em; font-size: 0.8em; }
.facts li, .for, .status { padding: 0.1em 0.7em; border: 1px solid var(--line); border-radius: 2em; }
.status { display: inline-block; font-size: 0.6em; vertical-align: middle; }
.open { color: var(--ink); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19em), 1fr)); gap: 1em; }
.card { display: flex; flex-direction: column; min-width: 0; padding: 1.2em; border: 1px solid var(--line);
  border-radius: var(--radius); background-color: var(--surface); }
.rates { padding-top: 0.3em; }
.rate { display: grid; grid-template-columns: 1fr auto; gap: 0 1em; align-items: baseline; padding: 0.7em 0; }
.rate + .rate { border-top: 1px solid var(--line); }
.rate:last-child { padding-bottom: 0; }
.price { max-width: 14em; text-align: end; }
.amount { font-size: 1.125em; font-weight: 650; }
.tax { display: block; font-size: 0.8em; }
.fine { grid-column: 1 / 3; }
.more summary { padding: 0.15em 0; }
.more li { display: flex; justify-content: space-between; gap: 1em; }
.act { grid-column: 2; text-align: end; }
.book { display: inline-block; padding: 0.4em 1.1em; border: 0; border-radius: 0.6em;
  background-color: var(--accent); color: var(--on-accent); font: inherit; font-size: 0.875em; font-weight: 600;
  text-decoration: none; }
.link { display: inline-block; padding: 0.15em 0; color: var(--ink); font-size: 0.875em; }
.foot { margin-top: auto; padding-top: 0.8em; }
.live { height: 1px; margin: 0; overflow: hidden; opacity: 0; }
/* shared: end */
.choice { display: flex; flex-wrap: wrap; gap: 0.4em; margin: 0 0 1em; padding: 0; border: 0; font-size: 0.875em; }
.choice label { display: flex; gap: 0.4em; padding: 0.3em 0.8em; border: 1px solid var(--line); border-radius: 2em;
  background-color: var(--surface); }
.choice input { margin: 0; accent-color: var(--accent); }
.bottom { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1em; padding-top: 0.8em; }
.show { display: none; }
@media screen {
  .pw { display: flex; flex-direction: column; }
  .all { flex: 1; min-height: 0; }
  .cut { height: var(--room); }
  .cut .all { overflow: hidden; mask-image: linear-gradient(#000 calc(100% - 2.5em), #0000); }
  .cut .over { visibility: hidden; }
  .cut .show { display: block; }
}
@media print {
  .choice { display: none; }
  .card { break-inside: avoid; }
}
`;

  // Defined already: the script is on the page twice, and the first one does the work.
  const site = document.currentScript?.src;
  if (!site || !document.adoptedStyleSheets || customElements.get(TAG)) return;

  // ── Building nodes ────────────────────────────────────────────────────────────────────────────────────────────

  /** An element with a class, which is its ::part too, and children (nodes or texts; what is empty is left out). */
  const el = (tag, className, ...children) => {
    const node = document.createElement(tag);
    if (className) node.className = node.part = className;
    for (const child of children) if (child) node.append(child);
    return node;
  };

  /** The same for text from outside, which may run in another direction than the words around it. */
  const text = (tag, className, content) => content && el(tag, className, el("bdi", "", content));

  /** One node for each item. */
  const each = (items, draw) => {
    const nodes = [];
    for (const item of items) nodes.push(draw(item));
    return nodes;
  };

  /** What is there of some texts, with something in between. */
  const joined = (texts, between) => {
    let found = "";
    for (const each of texts) if (each) found += (found && between) + each;
    return found;
  };

  const capital = (word) => word[0].toUpperCase() + word.slice(1);

  /** The address with the campaign of the page that we are on, or nothing if visitors must not follow it. */
  const followable = (address) => {
    try {
      const url = new URL(address);
      for (const [key, value] of new URLSearchParams(location.search)) {
        if (/^utm_/.test(key) && /^http/.test(url)) url.searchParams.set(key, value);
      }
      return /^(https?|mailto|tel):/.test(url) && url.href;
    } catch {
      // Not an address.
    }
  };

  /** What a dictionary from outside says about a key, and nothing about "constructor". */
  const entry = (dictionary, key) => (Object.hasOwn(dictionary, key) ? dictionary[key] : undefined);

  // ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything that one widget shows, in its reader's words, apart from the page. The hosted page says the same. */
  class Drawing {
    showAll;
    content = el("div");
    #words;
    #data;
    said = new Map();
    #locale;
    waiting;
    #places = el("div");
    #host;
    #formats = {};

    /** Nothing is drawn yet but what there is to choose from, as it was chosen in the drawing before. */
    constructor(data, wanted, host, before) {
      this.#data = data;
      this.#words = data.words;
      this.#host = host;
      this.#locale = this.#words.lang;
      for (const tag of [data.workspace.locale, wanted]) {
        try {
          const { language, region, baseName } = new Intl.Locale(tag);
          if (language === this.#words.lang && region) this.#locale = baseName;
        } catch {
          // Not a language tag: somebody else's lang attribute may hold anything.
        }
      }
      this.content.append(...this.#choices(before), this.#places);
      this.choose();
    }

    chosen(name) {
      return this.content.querySelector(`[name=${name}]:checked`)?.value ?? "";
    }

    /** Starts again with what the reader has chosen: counts its prices and draws none of them yet. */
    choose() {
      const type = this.chosen("type");
      const unit = this.chosen("period");
      let prices = 0;
      this.waiting = new Set();
      this.#places.replaceChildren();
      for (const place of this.#data.locations) {
        const cards = el("ul", "cards");
        for (const resource of place.resources) {
          const rates = [];
          for (const rate of resource.rates) if (!unit || rate.unit === unit) rates.push(rate);
          if ((type && resource.type !== type) || (unit && !rates[0])) continue;
          prices += rates.length;
          this.waiting.add([place, resource, rates, cards]);
        }
      }
      this.showAll = this.#counted(this.#words.showAll, prices);
      this.#data.locations[0] || this.#places.append(
        this.#none("emptyText"),
        this.#link("foot", "book", "allPrices", this.#word("prices"), { url: new URL("widget", site) }),
      );
    }

    /** Draws a slice more, so that the page stays quick; says whether there was something to draw. */
    more() {
      let left = SLICE;
      for (const card of this.waiting) {
        const [place, resource, rates, cards] = card;
        if (!cards.firstChild) this.#places.append(el("section", "place", this.#head(place), cards));
        this.waiting.delete(card);
        cards.append(this.#card(resource, place, rates));
        left -= 1 + rates.length;
        if (left < 0) break;
      }
      return left < SLICE;
    }

    /** Language, direction and colour. */
    dress(body) {
      body.lang = this.#locale;
      body.dir = this.#words.dir;
      body.style.setProperty("--pw-accent", this.#data.workspace.accent);
    }

    /** What there is to choose from, as radio buttons. Notes on the way how every price is said. */
    #choices(before) {
      const types = new Map();
      const found = new Set();
      const units = [];
      for (const { resources } of this.#data.locations) {
        for (const { id, name, type, rates } of resources) {
          if (type) types.set(type, this.#type(type, this.#words.typesMany));
          for (const rate of rates) {
            found.add(rate.amount && rate.unit);
            this.said.set(id + rate.id, () => `${joined([name, rate.name], ", ")}: ${this.#price(rate).textContent}`);
          }
        }
      }
      for (const [name, forms] of Object.entries(this.#words.units)) {
        if (found.has(name)) units.push([name, this.#counted(forms, 1)]);
      }
      return [...this.#choice("type", [...types], before), ...this.#choice("period", units, before)];
    }

    changed(list) {
      return this.#word("changed", list);
    }

    /** "Updated 3 minutes ago", or, if it is a copy or out of date, the moment that it is from. */
    age({ syncedAt, staleAfter }, isCopy) {
      if (!syncedAt) return "";
      const now = Date.now();
      if (isCopy || now > Date.parse(staleAfter)) {
        return this.#date("asOf", syncedAt, { timeStyle: "short" });
      }
      const minutes = Math.max(1, Math.round((now - Date.parse(syncedAt)) / 60_000));
      const [n, unit] = minutes > 59 ? [minutes / 60, "hour"] : [minutes, "minute"];
      return this.#word("updated", this.#format("RelativeTimeFormat").format(-Math.round(n), unit));
    }

    /** A phrase with its `{…}` filled in. */
    #word(key, value) {
      return this.#words[key].replace(/{\w+}/, () => value);
    }

    /** Making a format takes far longer than using it. */
    #format(kind, options = {}) {
      const key = kind + Object.values(options);
      return (this.#formats[key] ??= new Intl[kind](`${this.#locale}-u-nu-latn`, options));
    }

    #number(n, options) {
      return this.#format("NumberFormat", options).format(n);
    }

    /** "45.00" → "£45", "12.50" → "£12.50": never rounded, no empty decimals. */
    #money(amount, currency) {
      const fraction = amount.split(".")[1];
      const digits = +fraction ? fraction.length : 0;
      return this.#number(amount, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    }

    #date(key, moment, options) {
      return this.#word(key, this.#format("DateTimeFormat", { dateStyle: "long", ...options }).format(new Date(moment)));
    }

    #day(key, moment) {
      return moment && this.#date(key, moment.slice(0, 10), { timeZone: "UTC" });
    }

    #counted(forms, n) {
      const form = n === 1 ? "one" : this.#format("PluralRules").select(n);
      return (forms[form] ?? forms.other).replace("{n}", this.#number(n));
    }

    #type(type, words) {
      return entry(words, type) ?? capital(type.replaceAll("-", " "));
    }

    #none(key) {
      return el("p", "none", this.#word(key));
    }

    #choice(name, options, before) {
            if (options.length < 2) return [];
      const labels = each([["", this.#word("all")], ...options], ([value, label]) => {
        const radio = Object.assign(el("input"), { type: "radio", name, value, checked: value === (before?.chosen(name) ?? "") });
        return el("label", "", radio, capital(label));
      });
      return [el("fieldset", "choice", el("legend", "live", this.#word(name)), ...labels)];
    }

    /** A link in a paragraph, or nothing; `about` is what it is called when it is read out of context. */
    #link(paragraph, className, key, about, detail) {
      const href = followable(detail.url);
      if (!href) return;
      const content = this.#word(key);
      const event = { bubbles: true, cancelable: true, composed: true, detail };
      return el("p", paragraph, Object.assign(el("a", className, content), {
        href,
        ariaLabel: `${content}: ${about}`,
        onclick: () => this.#host.dispatchEvent(new CustomEvent(`${TAG}:select`, event)), // the page may take over
      }));
    }

    #head(place) {
      const { name, openStatus, address, hours, description, url } = place;
      const status = /^(open|closed)$/.test(openStatus) && el("span", `status ${openStatus}`, this.#word(openStatus));
      return el(
        "header", "place-head",
        el("h3", "place-name", text("span", "", name), " ", status),
        text("p", "about", joined([address?.join(", "), hours?.join(" · ")], " · ")),
        text("p", "about", description),
        this.#link("about", "link", "website", name, { url, location: place }),
      );
    }

    #card(resource, place, rates) {
      const { name, description, url } = resource;
      const facts = el("ul", "facts", ...each(this.#facts(resource), (fact) => text("li", "", fact)));
      return el(
        "li", "card",
        text("h4", "name", name),
        facts.firstChild && facts,
        text("p", "desc", description),
        rates[0] ? el("ul", "rates", ...each(rates, (rate) => this.#rate(rate, resource, place))) : this.#none("noPrices"),
        this.#link("foot", "link", "details", name, { url, resource, location: place }),
      );
    }

    #facts({ type, name, capacity, areaSqft, units, availableFrom }) {
      const kind = type && this.#type(type, this.#words.types);
      return [
        kind?.toLowerCase() !== name.toLowerCase() && kind,
        capacity && this.#counted(this.#words.people, capacity),
        areaSqft && this.#area(areaSqft),
        units > 1 && this.#counted(this.#words.available, units),
        Date.parse(availableFrom) > Date.now() && this.#day("availableFrom", availableFrom),
      ];
    }

    #area(squareFeet) {
      const isFeet = /-(US|GB|CA|IN|IE|SG|AE)$/.test(this.#locale);
      const area = isFeet ? squareFeet : Math.round(squareFeet * SQUARE_METRES_PER_SQUARE_FOOT);
      return this.#word(isFeet ? "sqft" : "sqm", this.#number(area));
    }

    #rate(rate, resource, place) {
      const { name, audience, extras } = rate;
      const about = joined([resource.name, name], ", ");
      const member = { member: "member", non_member: "nonMember" }[audience];
      return el(
        "li", "rate",
        el("span", "label", text("span", "", name), " ", member && el("span", "for", this.#word(member))),
        this.#price(rate),
        text("p", "fine", this.#finePrint(rate)),
        extras && el("details", "more", el("summary", "", this.#word("extras")), el("ul", "", ...each(extras, (extra) => this.#extra(extra)))),
        this.#link("act", "book", "book", about, { url: rate.bookingUrl, rate, resource, location: place }),
      );
    }

    #price(rate) {
      const { amount, currency, priceType } = rate;
      const key = { free: "free", on_application: "onApplication" }[priceType] ?? (amount ? 0 : "noPrices");
      if (key) return el("span", "price", el("b", "words", this.#word(key)));
      const [before, after] = (priceType === "from" ? this.#words.from : "{price}").split("{price}");
      return el(
        "span", "price",
        before && el("span", "unit", before), el("b", "amount", this.#money(amount, currency)), after && el("span", "unit", after),
        " ", text("span", "unit", this.#unit(rate)), " ", text("span", "tax", this.#tax(rate)),
      );
    }

    #unit({ unit, unitCount = 1 }) {
      if (!unit || unit === "one_off") return unit && this.#word("once");
      const forms = entry(this.#words.units, unit);
      const own = unitCount === 1 ? unit : `${unitCount} × ${unit}`;
      return this.#word("per", forms ? this.#counted(forms, unitCount) : own);
    }

    #tax({ taxMode, taxRate }) {
      if (!taxMode) return;
      const rate = taxRate && this.#number(taxRate / 100, { style: "percent", maximumFractionDigits: 3 });
      return this.#word(`tax${capital(taxMode)}${rate ? "Rate" : ""}`, rate);
    }

    #finePrint({ minTerm, validTo, currency, ...rate }) {
      const fee = (key) => rate[key] && this.#word(key, this.#money(rate[key], currency));
      return joined([
        fee("deposit"),
        fee("setupFee"),
        minTerm && this.#word("minTerm", minTerm),
        this.#day("validTo", validTo),
      ], " · ");
    }

    #extra({ name, amount, currency }) {
      return el("li", "", text("span", "", name), amount && el("span", "", this.#money(amount, currency)));
    }
  }

  // ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const feeds = new Map();

  /** One address of data, asked once for all the widgets that show it. */
  class Feed {
    #url;
    #views = new Set();
    #data;
    #isCopy;
    #asking;

    constructor(url) {
      this.#url = url;
      feeds.set(url, this);
    }

    add(view) {
      this.#views.add(view);
      if (this.#data) this.#show();
      else this.refresh();
    }

    remove(view) {
      this.#views.delete(view);
    }

    /** Ask for the latest. On failure what is shown stays, and what was shown last time comes back. */
    async refresh() {
      if (this.#asking || !this.#views.size) return;
      this.#asking = true;
      setTimeout(() => this.#recall(), PATIENCE_MS);
      try {
        // The browser's own cache revalidates with the ETag, so that an unchanged answer costs a few bytes.
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const answer = await fetch(this.#url, { cache: "no-cache", credentials: "omit", signal });
        if (!answer.ok) throw answer.status;
        const content = await answer.text();
        this.#show(JSON.parse(content), false);
        localStorage.setItem(this.#url, content);
      } catch (error) {
        // Away, nonsense, or no room to keep a copy. A location that isn't public any longer has no prices to recall.
        if (error === 404) this.#forget();
        else this.#recall();
      }
      this.#asking = false;
    }

    #show(data = this.#data, isCopy = this.#isCopy) {
      each(this.#views, (view) => view.show(data, isCopy));
      this.#data = data;
      this.#isCopy = isCopy;
    }

    #recall() {
      try {
        if (this.#data) this.#show();
        else this.#show(JSON.parse(localStorage.getItem(this.#url)), true);
      } catch {
        // No copy, or no storage: frames without an origin have none.
      }
    }

    #forget() {
      this.#data = undefined;
      for (const view of this.#views) view.clear();
      localStorage.removeItem(this.#url);
    }
  }

  const refreshAll = () => {
    if (!document.hidden) for (const feed of feeds.values()) feed.refresh();
  };

  // ── The widget ────────────────────────────────────────────────────────────────────────────────────────────────

  const styles = new CSSStyleSheet();

  /** Shows prices in one host element: a <pricing-widget>, or whatever carries data-pricing-widget. */
  class View {
    #isOpen;
    #data;
    #root;
    #drawing;
    #feed;
    #host;
    #timer;
    #inner = el("div");
    #all = el("div", "all", this.#inner);
    #age = el("p", "asof", "\xa0"); // as high as it will be
    #show = el("button", "book show");
    #live = el("p", "live");
    #bottom = el("div", "bottom", this.#show, this.#age);
    #body = el("div", "pw", this.#all, this.#bottom, this.#live);

    constructor(host) {
      this.#host = host;
      this.#live.role = "status";
      this.#show.onclick = () => this.#open();
      this.#inner.onchange = () => {
        this.#drawing.choose();
        this.#fill();
      };
      // Also when a font arrives or the window is made smaller: before it is painted, so nothing below ever moves.
      new ResizeObserver(() => this.#fit()).observe(this.#inner);
    }

    start() {
      const query = { location: this.#setting("location"), type: this.#setting("type"), locale: this.#locale() };
      const url = new URL(`widget.json?${new URLSearchParams(query)}`, site).href;
      const feed = feeds.get(url) ?? new Feed(url);
      this.#body.style.colorScheme = this.#setting("theme");
      if (feed === this.#feed) return;
      this.stop();
      this.#feed = feed;
      feed.add(this);
    }

    stop() {
      this.#feed?.remove(this);
      this.#feed = this.#data = undefined;
    }

    show(data, isCopy) {
      if (data.version !== this.#data?.version) this.#draw(data);
      this.#data = data;
      this.#age.textContent = this.#drawing.age(data, isCopy);
    }

    /** Back to what the page itself has in the element. */
    clear() {
      this.#data = undefined;
      this.#root?.replaceChildren(el("slot"));
    }

    #setting(name) {
      return this.#host.getAttribute(name) || this.#host.getAttribute(`data-${name}`) || "";
    }

    #locale() {
      return this.#setting("locale") || this.#host.closest("[lang]")?.lang || "";
    }

    /** The shadow root comes with the first prices: until then the page's own link shows. */
    #draw(data) {
      const before = this.#drawing;
      const drawing = new Drawing(data, this.#locale(), this.#host, before);
      // As much as the reader has seen is there again at once: the page doesn't jump.
      do drawing.more();
      while (drawing.waiting.size > before?.waiting.size);
      const body = this.#body;
      const controls = () => [...this.#inner.querySelectorAll("a,input,summary")];
      const place = controls().indexOf(this.#root?.activeElement);
      this.#drawing = drawing;
      drawing.dress(body);
      this.#inner.replaceChildren(drawing.content);
      this.#root ??= this.#host.shadowRoot ?? this.#host.attachShadow({ mode: "open" });
      this.#root.adoptedStyleSheets = [styles];
      if (!body.isConnected) this.#root.replaceChildren(body);
      this.#fill();
      controls()[place]?.focus({ preventScroll: true });
      if (this.#data) this.#announce(before);
    }

    /** Draws what there is room for: with a reserve at once, so that nothing moves, and else a slice now and then. */
    #fill() {
      this.#show.textContent = this.#drawing.showAll;
      while (this.#fit() && this.#drawing.more());
    }

    /** Draws all that is left, for paper. */
    print() {
      while (this.#drawing?.more());
    }

    /** The widget doesn't outgrow the reserve by itself: rows that aren't wholly in it wait behind the button.
     * Says whether there is room left in it. */
    #fit() {
      const { classList, style } = this.#body;
      clearTimeout(this.#timer);
      classList.remove("cut");
      const wanted = this.#body.offsetHeight;
      const { minHeight, boxSizing } = getComputedStyle(this.#host);
      const room = !this.#isOpen && minHeight.replace("px", "") - (boxSizing === "border-box" && this.#host.offsetHeight - wanted);
      // Without a reserve there is no room (0), or none in px (NaN), and where it is hidden it has no height: then
      // everything is drawn, a slice now and then.
      if (!(room > 0 && wanted > room)) {
        this.#timer = setTimeout(() => this.#drawing?.more() && this.#fill());
        return room > 0 && wanted;
      }
      style.setProperty("--room", `${room}px`);
      classList.add("cut");
      const end = this.#all.getBoundingClientRect().bottom - FADE_PX;
      const rows = this.#inner.querySelectorAll("h3,h4,p,li,summary,fieldset");
      // All are measured before any is changed: else each would cost a layout. A card shows with its first lines.
      const marks = each(rows, (row) => {
        const box = row.getBoundingClientRect();
        const isOver = (row.matches(".card") ? box.top + 2 * FADE_PX : box.bottom) > end;
        return () => row.classList.toggle("over", isOver);
      });
      for (const mark of marks) mark();
    }

    /** All prices, because the reader wants them; the first new row has the focus, since the button is gone. */
    #open() {
      const first = this.#inner.querySelector(".over");
      this.#isOpen = true;
      this.#fit();
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }

    /** Says politely which prices changed since they were last shown, even those that wait behind the button. */
    #announce(before) {
      const changed = [];
      for (const [key, say] of this.#drawing.said) {
        if (changed.length < 3 && (before.said.get(key) ?? say)() !== say()) changed.push(say());
      }
      if (changed[0]) this.#live.textContent = this.#drawing.changed(joined(changed, "; "));
    }
  }

  // ── Finding where to be ───────────────────────────────────────────────────────────────────────────────────────

  const views = new Map();

  /** Finds the widgets that came, changed or went. */
  const look = () => {
    for (const host of document.querySelectorAll(MOUNT)) {
      if (!views.has(host)) views.set(host, new View(host));
      views.get(host).start();
    }
    for (const [host, view] of views) {
      if (host.isConnected) continue;
      view.stop();
      views.delete(host);
    }
  };

  customElements.define(TAG, class extends HTMLElement {});
  styles.replaceSync(STYLES);
  look();
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: WATCHED });
  setInterval(refreshAll, REFRESH_MS);
  document.addEventListener("visibilitychange", refreshAll);
  addEventListener("beforeprint", () => {
    for (const view of views.values()) view.print();
  });
})();

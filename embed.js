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
  const SLICE = 10; // prices and cards that are drawn at a time: slow phones, too, stay far from the 50 ms that are felt
  const FADE_PX = 40; // the height of the fade in the styles
  // A copy of 1,000 resources fits. More would take too much of the 5 MB that browsers give the whole website around us.
  const COPY_CHARACTERS = 1_000_000;

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
.status { display: inline-block; font-size: 0.6em; font-weight: 400; vertical-align: middle; }
.open { color: var(--ink); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19em), 1fr)); gap: 1em; }
.card { display: flex; flex-direction: column; min-width: 0; padding: 1.2em; border: 1px solid var(--line);
  border-radius: var(--radius); background-color: var(--surface); }
/* Of long lists only what is near the screen is laid out. It is found, linked to, read out and printed all the same. */
@media screen {
  .place:nth-child(n + 3) .card, .card:nth-child(n + 13) { content-visibility: auto; contain-intrinsic-size: auto 19em auto 16em; }
}
.rates { padding-top: 0.3em; }
.rate { display: grid; grid-template-columns: minmax(35%, 1fr) auto; gap: 0 1em; align-items: baseline; padding: 0.7em 0; }
.rate + .rate { border-top: 1px solid var(--line); }
.rate:last-child { padding-bottom: 0; }
.price { max-width: 14em; text-align: end; }
.amount { font-size: 1.125em; font-weight: 650; }
.tax { display: block; font-size: 0.8em; }
.fine { grid-column: 1 / 3; }
.more summary { padding: 0.15em 0; }
.more li { display: flex; justify-content: space-between; gap: 1em; }
.act { grid-column: 2; text-align: end; }
.book { display: inline-block; padding: 0.4em 1.1em; border: 1px solid #0000; border-radius: 0.6em;
  background-color: var(--accent); color: var(--on-accent); font: inherit; font-size: 0.875em; font-weight: 600;
  text-decoration: none; }
.link { display: inline-block; padding: 0.15em 0; color: var(--ink); font-size: 0.875em; }
.foot { margin-top: auto; padding-top: 0.8em; }
.live { height: 1px; margin: 0; overflow: hidden; opacity: 0; }
/* shared: end */
.choice { display: inline-flex; flex-wrap: wrap; gap: 0.4em; margin: 0 0 1em; margin-inline-end: 2em; padding: 0; border: 0; font-size: 0.875em; }
.choice label { display: flex; gap: 0.4em; padding: 0.3em 0.8em; border: 1px solid var(--line); border-radius: 2em;
  background-color: var(--surface); }
.choice :has(:checked) { border-color: var(--accent); }
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
  .cut.tight :is(.about, .desc, .choice) { display: none; }
}
@media print {
  .choice, .act { display: none; }
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

  /** Lets the page do what waits: clicks, scrolling, painting. */
  const pause = () => new Promise((go) => setTimeout(go));

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

  /** Whether two pieces of JSON say the same. */
  const same = (a, b) => {
    if (a === b || Object(a) !== a || Object(b) !== b) return a === b;
    const keys = Object.keys(a);
    for (const key of keys) if (!same(a[key], b[key])) return false;
    return keys.length === Object.keys(b).length;
  };

  const controls = (node) => node.querySelectorAll("a,summary");

  /** Puts a node in the place of another, with the same lists opened and the same control focused. */
  const swap = (old, node) => {
    const active = old.getRootNode().activeElement;
    const next = [...controls(node)];
    old.replaceWith(node);
    for (const control of controls(old)) {
      const twin = next.shift();
      if (!twin) break;
      twin.parentNode.open = control.parentNode.open;
      if (control === active) twin.focus({ preventScroll: true });
    }
  };

  // ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything that one widget shows, in its reader's words. The hosted page says the same. It goes on with the nodes of
   * the drawing before: nothing is drawn yet but what there is to choose from, as it was chosen before. */
  const drawingOf = (data, wanted, host, before) => {
    const { workspace, locations } = data;
    const words = same(data.words, before?.words) ? before.words : data.words;
    const { places, notice, content } = before ?? { places: el("div"), notice: el("div"), content: el("div") };
    const waiting = new Set();
    const said = new Map();
    const formats = {};
    let items = before?.items() ?? new Map();
    let due = 0;
    let locale = words.lang;

    /** A phrase with its `{…}` filled in. */
    const word = (key, value) => words[key].replace(/{\w+}/, () => value);

    /** Making a format takes far longer than using it. */
    const format = (kind, options = {}) =>
      (formats[kind + Object.values(options)] ??= new Intl[kind](`${locale}-u-nu-latn`, options));

    const number = (n, options) => format("NumberFormat", options).format(n);

    /** "45.00" → "£45", "12.50" → "£12.50": never rounded, no empty decimals. */
    const money = (amount, currency) => {
      const fraction = amount.split(".")[1];
      const digits = +fraction ? fraction.length : 0;
      return number(amount, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    };

    const date = (key, moment, options) =>
      word(key, format("DateTimeFormat", { dateStyle: "long", ...options }).format(new Date(moment)));

    const day = (key, moment) => moment && date(key, moment.slice(0, 10), { timeZone: "UTC" });

    /** For one there is a form in languages, too, whose grammar needs none: "/ hour" isn't "/ 1 hour". */
    const counted = (forms, n) =>
      (forms[n === 1 ? "one" : format("PluralRules").select(n)] ?? forms.other).replace("{n}", number(n));

    const typed = (type, names) => entry(names, type) ?? capital(type.replaceAll("-", " "));

    const none = (key) => el("p", "none", word(key));

    /** A link in a paragraph, or nothing; `about` is what it is called when it is read out of context. What stays on the
     * screen outlives the data that it was drawn from: the head knows the location as it is now. */
    const link = (paragraph, className, key, about, detail, head) => {
      const href = followable(detail.url);
      if (!href) return;
      const content = word(key);
      const event = () => ({ bubbles: true, cancelable: true, composed: true, detail: { ...detail, location: head?.place } });
      return el("p", paragraph, Object.assign(el("a", className, content), {
        href,
        ariaLabel: `${content}: ${about}`,
        onclick: () => host.dispatchEvent(new CustomEvent(`${TAG}:select`, event())), // the page may take over
      }));
    };

    const unitOf = ({ unit, unitCount = 1, per }) => {
      if (!unit) return;
      const who = per && (entry(words.pers, per) ?? `\u2068${per}\u2069`);
      if (unit === "one_off") return joined([word("once"), who && word("per", who)], " ");
      const forms = entry(words.units, unit);
      const said = forms ? counted(forms, unitCount) : unitCount === 1 ? unit : `${unitCount} × ${unit}`;
      return who ? words.perBoth.replace("{unit}", () => said).replace("{per}", () => who) : word("per", said);
    };

    const taxOf = ({ taxMode, taxRate }) => {
      if (!taxMode) return;
      const rate = taxRate && number(taxRate / 100, { style: "percent", maximumFractionDigits: 3 });
      return word(`tax${capital(taxMode)}${rate ? "Rate" : ""}`, rate);
    };

    const priceOf = (rate) => {
      const { amount, currency, priceType } = rate;
      const key = { free: "free", on_application: "onApplication" }[priceType] ?? (amount ? 0 : "noPrices");
      if (key) return el("span", "price", el("b", "words", word(key)));
      const [before, after] = (priceType === "from" ? words.from : "{price}").split("{price}");
      return el(
        "span", "price",
        before && el("span", "unit", before), el("b", "amount", money(amount, currency)), after && el("span", "unit", after),
        " ", text("span", "unit", unitOf(rate)), " ", text("span", "tax", taxOf(rate)),
      );
    };

    const finePrint = ({ minTerm, validTo, currency, ...rate }) => {
      const fee = (key) => rate[key] && word(key, money(rate[key], currency));
      return joined([fee("deposit"), fee("setupFee"), minTerm && word("minTerm", `\u2068${minTerm}\u2069`), day("validTo", validTo)], " · ");
    };

    const extraOf = ({ name, amount, currency }) =>
      el("li", "", text("span", "", name), amount && el("span", "", money(amount, currency)));

    const rateOf = (rate, resource, head) => {
      const { name, audience, extras } = rate;
      const member = { member: "member", non_member: "nonMember" }[audience];
      return el(
        "li", "rate",
        el("span", "label", text("span", "", name), " ", member && el("span", "for", word(member))),
        priceOf(rate),
        text("p", "fine", finePrint(rate)),
        extras && el("details", "more", el("summary", "", word("extras")), el("ul", "", ...each(extras, extraOf))),
        link("act", "book", "book", joined([resource.name, name], ", "), { url: rate.bookingUrl, rate, resource }, head),
      );
    };

    const area = (squareFeet) => {
      const isFeet = /-(US|GB|CA|IN|IE|SG|AE)$/.test(locale);
      const area = isFeet ? squareFeet : Math.round(squareFeet * 0.09290304);
      return word(isFeet ? "sqft" : "sqm", number(area));
    };

    const factsOf = ({ type, name, capacity, areaSqft, units, availableFrom }) => {
      const kind = type && typed(type, words.types);
      return [
        kind?.toLowerCase() !== name.toLowerCase() && kind,
        capacity && counted(words.people, capacity),
        areaSqft && area(areaSqft),
        units > 1 && counted(words.available, units),
        Date.parse(availableFrom) > Date.now() && day("availableFrom", availableFrom),
      ];
    };

    const cardOf = (resource, rates, head) => {
      const { name, description, url } = resource;
      const facts = el("ul", "facts", ...each(factsOf(resource), (fact) => text("li", "", fact)));
      return el(
        "li", "card",
        text("h4", "name", name),
        facts.firstChild && facts,
        text("p", "desc", description),
        rates[0] ? el("ul", "rates", ...each(rates, (rate) => rateOf(rate, resource, head))) : none("noPrices"),
        link("foot", "link", "details", name, { url, resource }, head),
      );
    };

    const headOf = ({ name, openStatus, address, hours, description, url }, head) => {
      const status = /^(open|closed)$/.test(openStatus) && el("span", `status ${openStatus}`, word(openStatus));
      return el(
        "header", "place-head",
        el("h3", "place-name", text("span", "", name), " ", status),
        text("p", "about", joined([address?.join(", "), hours?.join(" · ")], " · ")),
        text("p", "about", description),
        link("", "link", "website", name, { url }, head),
      );
    };

    const chosen = (name) => content.querySelector(`[name=${name}]:checked`)?.value ?? "";

    /** What there is to choose from, as radio buttons. */
    const choice = (name, options) => {
      const labels = each([["", word("all")], ...options], ([value, label]) => {
        const radio = Object.assign(el("input"), { type: "radio", name, value, checked: value === chosen(name) });
        return el("label", "", radio, capital(label));
      });
      return options[1] && el("fieldset", "choice", el("legend", "live", word(name)), ...labels);
    };

    /** Takes away what isn't shown any longer. What is new or says something else waits to be drawn; what stays isn't
     * touched. Returns how many prices the reader has chosen. */
    const choose = () => {
      const old = items;
      const type = chosen("type");
      const unit = chosen("period");
      let prices = 0;
      let reached = -1;
      let lastHead;
      items = new Map();
      waiting.clear();
      due = 0;

      /** `facts` are all that a node says. What has changed places is drawn anew. */
      const put = (key, cost, facts, draw, created) => {
        const known = old.get(key);
        const item = known?.at > reached ? known : created;
        if (item === known) {
          reached = item.at;
          old.delete(key);
        }
        Object.assign(item, { at: items.size, cost, facts: [locale, words, facts], draw });
        items.set(key, item);
        if (same(item.facts, item.drawn)) item.drawn = item.facts; // the next comparison is quick
        else waiting.add(item);
        if (item.node) due = waiting.size;
        return item;
      };

      for (const place of locations) {
        const { id, resources, ...about } = place;
        let head;
        let last;
        for (const resource of resources) {
          const rates = [];
          for (const rate of resource.rates) if (!unit || rate.unit === unit) rates.push(rate);
          if ((type && resource.type !== type) || (unit && !rates[0])) continue;
          prices += rates.length;
          if (!head) {
            const cards = el("ul", "cards");
            head = put(id, 1, about, () => headOf(about, head), { cards, box: el("section", "place", cards) });
            head.place = place;
            head.last = lastHead;
            lastHead = head;
          }
          const card = put(`${id} ${resource.id}`, 1 + rates.length, [resource, rates], () => cardOf(resource, rates, head), { head });
          card.last = last;
          last = card;
        }
      }
      for (const item of old.values()) (item.box ?? item.node)?.remove();
      notice.replaceChildren();
      if (!items.size) {
        notice.append(none("emptyText"), link("foot", "book", "allPrices", word("prices"), { url: new URL("widget", site) }));
      }
      return counted(words.showAll, prices);
    };

    /** Draws a slice more, so that the page stays quick; says whether there was something to draw. */
    const more = () => {
      let left = SLICE;
      for (const item of waiting) {
        const { node, head, last, box } = item;
        const next = item.draw();
        waiting.delete(item);
        due--;
        if (node) swap(node, next);
        else if (box) {
          box.prepend(next);
          if (last) last.box.after(box);
          else places.prepend(box);
        } else if (last) last.node.after(next);
        else head.cards.prepend(next);
        item.node = next;
        item.drawn = item.facts;
        left -= item.cost;
        if (left < 0 || !due) break; // what is new has to wait until it is known whether there is room
      }
      return left < SLICE;
    };

    /** Whether what shows is out of date, or something before it is missing. */
    const isDue = () => due > 0;

    /** "Updated 3 minutes ago", or, if it is a copy or out of date, the moment that it is from. */
    const age = ({ syncedAt, staleAfter }, isCopy) => {
      if (!syncedAt) return "";
      const now = Date.now();
      if (isCopy || now > Date.parse(staleAfter)) return date("asOf", syncedAt, { timeStyle: "short" });
      const minutes = Math.max(1, Math.round((now - Date.parse(syncedAt)) / 60_000));
      const [n, unit] = minutes > 59 ? [minutes / 60, "hour"] : [minutes, "minute"];
      return word("updated", format("RelativeTimeFormat").format(-Math.round(n), unit));
    };

    /** Language, direction and colour. To set them again, unchanged, would cost the styles of everything. */
    const dress = (body) => {
      if (same(look, before?.look)) return;
      body.lang = locale;
      body.dir = words.dir;
      body.style.setProperty("--pw-accent", workspace.accent);
    };

    for (const tag of [workspace.locale, wanted]) {
      try {
        const { language, region, baseName } = new Intl.Locale(tag);
        if (language === words.lang && region) locale = baseName;
      } catch {
        // Not a language tag: somebody else's lang attribute may hold anything.
      }
    }
    const kinds = new Map(each(Object.keys(words.typesMany), (type) => [type])); // in this order, found or not
    const periods = new Set();
    for (const { resources } of locations) {
      for (const { id, name, type, rates } of resources) {
        if (type) kinds.set(type, typed(type, words.typesMany));
        for (const rate of rates) {
          periods.add(rate.amount && rate.unit);
          const { amount, currency, priceType, unit, unitCount, per, taxMode, taxRate } = rate;
          const price = `${[amount, currency, priceType, unit, unitCount, per, taxMode, taxRate]}`;
          said.set(id + rate.id, [price, () => `${joined([name, rate.name], ", ")}: ${priceOf(rate).textContent}`]);
        }
      }
    }
    const types = [];
    const units = [];
    for (const kind of kinds) if (kind[1]) types.push(kind);
    for (const [name, forms] of Object.entries(words.units)) if (periods.has(name)) units.push([name, counted(forms, 1)]);
    const look = [locale, words.dir, workspace.accent];
    const offers = [words, types, units];
    if (!same(offers, before?.offers)) {
      const active = content.getRootNode().activeElement?.name;
      const choices = [choice("type", types) ?? "", choice("period", units) ?? ""];
      for (const choice of content.querySelectorAll("fieldset")) choice.remove();
      content.prepend(...choices);
      if (active) content.querySelector(`[name=${active}]:checked`)?.focus({ preventScroll: true });
    }
    if (!before) content.append(places, notice);
    return { words, places, notice, content, offers, look, said, items: () => items, word, choose, more, isDue, age, dress };
  };

  // ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const feeds = new Map();

  /** One address of data, asked once for all the widgets that show it. */
  const feedOf = (url) => {
    const shownIn = new Set();
    let data;
    let isCopy;
    let isAsking;

    const show = (latest = data, isOld = isCopy) => {
      each(shownIn, (view) => view.show(latest, isOld));
      data = latest;
      isCopy = isOld;
    };

    /** What is shown stays, and what was shown last time comes back. */
    const recall = () => {
      try {
        if (data) show();
        else show(JSON.parse(localStorage.getItem(url)), true);
      } catch {
        // No copy, or no storage: frames without an origin have none.
      }
    };

    /** Ask for the latest. */
    const refresh = async () => {
      if (isAsking || !shownIn.size) return;
      isAsking = true;
      setTimeout(recall, 2_000); // visitors' patience, in ms
      try {
        // The browser's own cache revalidates with the ETag, so that an unchanged answer costs a few bytes.
        const answer = await fetch(url, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(10_000) });
        if (!answer.ok) throw answer.status;
        const content = await answer.text();
        show(JSON.parse(content), false);
        await pause();
        if (content.length > COPY_CHARACTERS) localStorage.removeItem(url);
        else localStorage.setItem(url, content);
      } catch (error) {
        // Away, nonsense, or no room to keep a copy. A location that isn't public any longer has no prices to recall.
        if (error === 404) {
          data = undefined;
          for (const view of shownIn) view.clear();
          localStorage.removeItem(url);
        } else recall();
      }
      isAsking = false;
    };

    const add = (view) => {
      shownIn.add(view);
      if (data) show();
      else refresh();
    };

    return { shownIn, add, refresh };
  };

  const refreshAll = () => {
    if (!document.hidden) for (const feed of feeds.values()) feed.refresh();
  };

  // ── The widget ────────────────────────────────────────────────────────────────────────────────────────────────

  const styles = new CSSStyleSheet();

  /** Shows prices in one host element: a <pricing-widget>, or whatever carries data-pricing-widget. */
  const viewOf = (host) => {
    const inner = el("div");
    const all = el("div", "all", inner);
    const asOf = el("p", "asof", "\xa0"); // as high as it will be
    const button = el("button", "book show");
    const live = el("p", "live");
    const body = el("div", "pw", all, el("div", "bottom", button, asOf), live);
    const { classList, style } = body;
    let data;
    let drawing;
    let feed;
    let root;
    let isOpen;
    let isChoosing;
    let isFilling;

    const setting = (name) => host.getAttribute(name) || host.getAttribute(`data-${name}`) || "";

    const locale = () => setting("locale") || host.closest("[lang]")?.lang || "";

    /** The widget doesn't outgrow the reserve by itself: rows that aren't wholly in it wait behind the button; where
     * no price would be left, filters and descriptions wait, too, but not while they are used. Says whether there is room. */
    const fit = (isTight) => {
      classList.remove("cut");
      const wanted = body.offsetHeight;
      const { minHeight, boxSizing } = getComputedStyle(host);
      const room = !isOpen && minHeight.replace("px", "") - (boxSizing === "border-box" && host.offsetHeight - wanted);
      // What is in a reserve shows when it is full: rows that are filled one after the other would move.
      if (!(wanted <= room)) style.visibility = "";
      // Without a reserve there is no room (0), or none in px (NaN): then everything is drawn.
      if (!(room > 0 && wanted > room)) return true;
      style.setProperty("--room", `${room}px`);
      classList.add("cut");
      classList.toggle("tight", !!isTight);
      const end = all.getBoundingClientRect().bottom - FADE_PX;
      const rows = inner.querySelectorAll("h3,h4,p,li,summary,fieldset");
      // All are measured before any is changed: else each would cost a layout. A card shows with its first lines.
      const marks = each(rows, (row) => {
        const box = row.getBoundingClientRect();
        const isOver = (row.matches(".card") ? box.top + 2 * FADE_PX : box.bottom) > end;
        return () => row.classList.toggle("over", isOver);
      });
      each(marks, (mark) => mark());
      if (!isTight && !isChoosing && inner.querySelector(".rate")?.matches(".over")) fit(true);
    };

    /** Draws what there is room for, a slice at a time. */
    const fill = async () => {
      const isRoom = fit();
      if (isFilling || !(isRoom || drawing?.isDue())) return;
      isFilling = true;
      try {
        do await pause();
        while (drawing?.more() && (drawing.isDue() || fit()));
      } catch {
        clear(); // What came can't be drawn.
      }
      isFilling = false;
      style.visibility = "";
    };

    /** Says politely which prices changed since they were last shown, even those that wait behind the button. */
    const announce = (before) => {
      const changed = [];
      for (const [key, [price, say]] of drawing.said) {
        if (changed.length < 3 && (before.said.get(key) ?? [price])[0] !== price) changed.push(say());
      }
      if (changed[0]) live.textContent = drawing.word("changed", joined(changed, "; "));
    };

    /** The shadow root comes with the first prices: until then the page's own link shows. */
    const draw = (latest) => {
      const before = drawing;
      const next = drawingOf(latest, locale(), host, before);
      button.textContent = next.choose();
      drawing = next;
      drawing.dress(body);
      if (!before) inner.replaceChildren(drawing.content);
      root ??= host.shadowRoot ?? host.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [styles];
      if (!body.isConnected) {
        style.visibility = "hidden";
        root.replaceChildren(body);
      }
      fill();
      if (data) announce(before);
    };

    const show = (latest, isCopy) => {
      if (latest.version !== data?.version) draw(latest);
      data = latest;
      asOf.textContent = drawing.age(data, isCopy);
    };

    /** Back to what the page itself has in the element. */
    const clear = () => {
      data = drawing = undefined;
      root?.replaceChildren(el("slot"));
    };

    const stop = () => {
      feed?.shownIn.delete(view);
      feed = data = undefined;
    };

    const start = () => {
      const query = { location: setting("location"), type: setting("type"), locale: locale() };
      const url = new URL(`widget.json?${new URLSearchParams(query)}`, site).href;
      style.colorScheme = setting("theme");
      if (!feeds.has(url)) feeds.set(url, feedOf(url));
      const next = feeds.get(url);
      if (next === feed) return;
      stop();
      feed = next;
      feed.add(view);
    };

    /** Draws all that is left, for paper. */
    const print = () => {
      while (drawing?.more());
    };

    const view = { start, stop, show, clear, print };
    live.role = "status";
    // All prices, because the reader wants them; the first new row has the focus, since the button is gone.
    button.onclick = () => {
      const first = inner.querySelector(".over") ?? inner;
      isOpen = true;
      fill();
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    };
    inner.onchange = () => {
      isChoosing = true;
      button.textContent = drawing.choose();
      drawing.more();
      fill();
    };
    // Also when a font arrives or the window is made smaller: before it is painted, so nothing below ever moves.
    new ResizeObserver(fill).observe(inner);
    return view;
  };

  // ── Finding where to be ───────────────────────────────────────────────────────────────────────────────────────

  const views = new Map();

  /** Finds the widgets that came, changed or went. */
  const look = () => {
    for (const host of document.querySelectorAll(MOUNT)) {
      if (!views.has(host)) views.set(host, viewOf(host));
      views.get(host).start();
    }
    for (const [host, view] of views) {
      if (!host.isConnected) {
        view.stop();
        views.delete(host);
      }
    }
  };

  customElements.define(TAG, class extends HTMLElement {});
  styles.replaceSync(STYLES);
  look();
  setTimeout(() => new Intl.RelativeTimeFormat()); // the first format takes longest: while the data is on its way
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: WATCHED });
  setInterval(refreshAll, 60_000);
  document.addEventListener("visibilitychange", refreshAll);
  addEventListener("beforeprint", () => {
    for (const view of views.values()) view.print();
  });
})();

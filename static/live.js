// Fetches the page that is open once more and puts in what has changed, section by section: what is the same stays, and
// with it the focus and whatever is open. Nodes are taken over as the browser parsed them; no text becomes markup here.
import { inTheReadersZone } from "./times.js";

/** Told to the server, so that a page that looks after itself doesn't count as somebody at work. */
const HEADERS = { "X-Refresh": "automatic" };

/** The page at `url` as a document, or null when it can't be had because nobody is logged in any more. */
export const fetched = async (url, signal) => {
  const answer = await fetch(url, { headers: HEADERS, redirect: "manual", cache: "no-store", signal });
  if (answer.type === "opaqueredirect" || answer.status === 401) return null;
  if (!answer.ok) throw new Error(`The page can't be had: ${answer.status}`);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  inTheReadersZone(found); // else what is the same would look different
  return found;
};

/** What tells one section from the others in the same place. */
const keyOf = (node) => node.id || node.getAttribute("aria-labelledby") || node.className || node.localName;

/** Each answer has another CSRF token; that alone is no news. */
const likeness = (node) => {
  const copy = node.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrf_token]")) token.removeAttribute("value");
  return copy.outerHTML;
};

/** What somebody who works with the keyboard would call the same thing in a newer section. */
const meaning = (node) => [node.id, node.getAttribute("href"), node.form?.getAttribute("action"), node.textContent].join("\n");

const keepFocus = (within, held) => {
  if (!held || held.isConnected) return;
  const wanted = meaning(held);
  const same = [...within.querySelectorAll("a, button, summary, input, select")].find((each) => meaning(each) === wanted);
  const instead = same ?? within.querySelector("h1, h2");
  if (!same) instead?.setAttribute("tabindex", "-1");
  instead?.focus({ preventScroll: true });
};

/** Make the sections of `old` what those of `fresh` are. Both list them in the same order. */
export const renew = (old, fresh) => {
  const selection = getSelection();
  if (selection.type === "Range" && old.contains(selection.anchorNode)) return; // being copied: next time
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const left = new Map([...old.children].map((node) => [keyOf(node), node]));
  let before = null;
  for (const node of [...fresh.children]) {
    const known = left.get(keyOf(node));
    left.delete(keyOf(node));
    if (known && likeness(known) === likeness(node)) {
      before = known;
      continue;
    }
    if (known) known.replaceWith(node);
    else if (before) before.after(node);
    else old.prepend(node);
    before = node;
  }
  for (const node of left.values()) node.remove();
  keepFocus(old, held);
};

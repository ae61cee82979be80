// The overview looks after itself: every half minute while somebody can see it, and as soon as they look again.
import { fetched, renew } from "./live.js";

const EVERY_MS = 30_000;
const part = document.querySelector('[data-live="overview"]');
const verdict = () => document.querySelector("#verdict").textContent;
let lookedAt = Date.now();
let busy = false;

const look = async () => {
  busy = true;
  lookedAt = Date.now();
  try {
    const fresh = await fetched(location.href, AbortSignal.timeout(EVERY_MS));
    if (!fresh) return stop();
    const found = fresh.querySelector('[data-live="overview"]');
    const before = verdict();
    if (found) renew(part, found);
    if (verdict() !== before) document.querySelector("#news").textContent = `Now: ${verdict()}`;
  } catch {
    // The site is away or busy: what is on the page stays, and the next look is soon.
  } finally {
    busy = false;
  }
};

const lookIfDue = () => {
  if (!document.hidden && !busy && Date.now() - lookedAt >= EVERY_MS) look();
};

const timer = setInterval(lookIfDue, 1_000);
document.addEventListener("visibilitychange", lookIfDue);

/** Nobody is logged in any more; asking on would change nothing. */
const stop = () => {
  clearInterval(timer);
  document.removeEventListener("visibilitychange", lookIfDue);
  document.querySelector("#logged-out").hidden = false;
};

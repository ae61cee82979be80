// The Embed page follows the choice at once: the preview, the snippets and the address change, the page stays.
import { fetched } from "./live.js";

const form = document.querySelector("#choice");
const colour = document.querySelector("#choose-accent");
const picker = document.querySelector("#pick-accent");
const NARROW = "(max-width: 48rem)"; // the preview for a desktop wouldn't fit in
const COLOUR = /^#[0-9a-f]{6}$/i;
let asking;

/** A frame is sent elsewhere in place, so that going back in the browser doesn't go through every choice. */
const show = (fresh) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const found = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!found) continue;
    if (part.localName === "iframe") part.contentWindow.location.replace(found.src);
    else if (part.localName === "input") {
      if (part !== document.activeElement) part.value = found.value; // else somebody is typing in it
      part.ariaInvalid = found.ariaInvalid;
    }
    else if (part.textContent !== found.textContent) part.replaceChildren(...found.childNodes);
  }
};

const choose = async () => {
  asking?.abort();
  asking = new AbortController();
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value);
  try {
    const fresh = await fetched(url, asking.signal);
    if (!fresh) return location.assign(url); // to log in, and back here
    show(fresh);
    picker.value = fresh.querySelector("#pick-accent").value;
    history.replaceState(null, "", url);
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
};

picker.hidden = false;
picker.addEventListener("input", () => { colour.value = picker.value; });
colour.addEventListener("input", () => { if (COLOUR.test(colour.value.trim())) choose(); }); // "change" comes only once the field is left
document.querySelector("#width-phone").checked = matchMedia(NARROW).matches;
form.querySelector("button").hidden = true;
form.addEventListener("change", choose);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  choose();
});

// A form is sent once: a double click, or Enter again while the answer is on its way, would do the same thing twice.
const AGAIN_AFTER_MS = 5_000; // the answer may never come, and a download leaves the page where it is
const underWay = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  if (underWay.has(form)) return event.preventDefault();
  underWay.add(form);
  setTimeout(() => underWay.delete(form), AGAIN_AFTER_MS);
});

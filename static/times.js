// Instants in the reader's own zone. "3 minutes ago" stays; only what is told exactly is told anew, with UTC left to hover
// over. Without this script it is told in UTC.
const told = (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** Tell the instants within `root` in the reader's zone; those that are already stay. */
export const inTheReadersZone = (root) => {
  for (const time of root.querySelectorAll("time[title]")) {
    if (time.textContent === time.title) time.textContent = told(time.lang).format(new Date(time.dateTime));
  }
};

inTheReadersZone(document);

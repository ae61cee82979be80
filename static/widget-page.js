// The hosted page's own script. Without it the page is whole: it only passes on what the page's address was given, and
// tells a page that frames it how high it is. It works in a sandboxed frame: no storage, no cookies, no requests.
// Long pages have it between the cards, too, where the browser only pauses for it (widget_server/publish/pauses.py).
(() => {
  "use strict";

  if (!document.currentScript.defer) return;
  const framed = window.parent !== window;
  // WordPress marks the frames that it embeds with #?secret=…, ten letters or digits, and listens to who knows it.
  const [, secret] = /[#?&]secret=([A-Za-z0-9]{10})(?![A-Za-z0-9])/.exec(location.hash) ?? [];
  const campaign = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("utm_"));

  /** Who frames us isn't known, and nothing that is said here is a secret to it. */
  const tell = (message) => window.parent.postMessage(message, "*");

  const tellHeight = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    tell({ type: "pricing-widget:height", height });
    if (secret) tell({ message: "height", value: height, secret });
  };

  /** The campaign that brought the visitor here goes along; what stands in a link already stays as it is. */
  const passOn = (link) => {
    if (!/^https?:$/.test(link.protocol)) return;
    const there = new URLSearchParams(link.search);
    const more = new URLSearchParams(campaign.filter(([name]) => !there.has(name))).toString();
    if (more) link.search += `${link.search ? "&" : "?"}${more}`;
  };

  /** A link out of a sandboxed frame leads nowhere, so the page around is asked to follow it. WordPress follows links to
   *  our own address only: for others it is asked to show our page, at the card that the link is on. */
  const leave = (link) => {
    tell({ message: "link", value: link.href, secret });
    if (link.host === location.host) return;
    const here = new URL(location.href);
    here.hash = link.closest("[id]")?.id ?? "";
    tell({ message: "link", value: here.href, secret });
  };

  if (campaign.length) for (const link of document.links) passOn(link);
  if (!framed) return;

  // Filters stay in the frame, and so must what it is known by.
  if (secret) for (const link of document.querySelectorAll(".chips a")) link.hash = `?secret=${secret}`;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[target=_top]");
    if (!link || !secret) return;
    event.preventDefault();
    leave(link);
  });
  window.addEventListener("message", (event) => {
    const asked = event.source === window.parent && event.data?.message === "ready";
    if (asked && event.data.secret === secret) tellHeight();
  });
  window.addEventListener("load", tellHeight);
  new ResizeObserver(tellHeight).observe(document.body);
})();

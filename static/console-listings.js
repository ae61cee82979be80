// The status menus close as menus do: by Escape, which gives the focus back, and by a click or the focus elsewhere.
const opened = () => document.querySelector(".status-menu[open]");

document.addEventListener("keydown", (event) => {
  const menu = opened();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
for (const type of ["click", "focusin"]) {
  document.addEventListener(type, (event) => {
    const menu = opened();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
}

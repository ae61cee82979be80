// What takes a while says so, and a file that is too large is told before it travels. Without this script the server says it.
for (const input of document.querySelectorAll("input[data-largest]")) {
  input.addEventListener("change", () => {
    const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.largest));
    input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
    if (isTooLarge) input.reportValidity();
  });
}

for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", () => {
    form.querySelector("[role=status]").textContent = form.dataset.working;
  });
}

addEventListener("pageshow", () => {
  for (const told of document.querySelectorAll("form[data-working] [role=status]")) told.textContent = "";
});

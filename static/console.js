// Copy buttons. Without this script the text is selected as a whole by one click, so nothing is lost.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const told = button.nextElementSibling;

  button.parentElement.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      told.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      told.textContent = "Press Ctrl+C or ⌘C";
    }
    setTimeout(() => { told.textContent = ""; }, 4000);
  });
}

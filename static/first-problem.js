// After a refusal the keyboard begins at the first field that is marked, which may be far below the top of the page.
document.querySelector("main [aria-invalid='true']")?.focus();

// Keeps the bar of a run up to date. Without this script the page has a link that loads it anew.
const section = document.getElementById("watched");

if (section && section.dataset.over === "no") {
  const bar = document.getElementById("bar");
  const problems = document.getElementById("problems");
  const refresh = document.getElementById("refresh");
  const EVERY_MS = 1000;
  /** Watching a bar keeps no session alive. */
  const HEADERS = { Accept: "application/json", "X-Refresh": "automatic" };

  const show = (found) => {
    bar.max = Math.max(found.total, 1);
    bar.value = found.done;
    document.getElementById("told").textContent = found.sentence;
    problems.replaceChildren(...found.problems.map((problem) => {
      const item = document.createElement("li");
      item.textContent = problem || "No reason was recorded.";
      return item;
    }));
    problems.hidden = found.problems.length === 0;
  };

  const look = async () => {
    try {
      const answer = await fetch(section.dataset.progress, { headers: HEADERS });
      const found = answer.ok && !answer.redirected ? await answer.json() : null;
      if (!found || String(found.run) !== section.dataset.run) {
        refresh.hidden = false; // logged out, or another run began: the page as a whole is out of date
        return;
      }
      show(found);
      if (found.over) {
        document.getElementById("finished").textContent = "Finished.";
        return;
      }
    } catch {
      // The site is away for a moment: the bar stays as it was.
    }
    setTimeout(look, EVERY_MS);
  };

  refresh.hidden = true;
  look();
}

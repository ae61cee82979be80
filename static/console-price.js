// A price's history as a chart. The table says all of it without a script.
{
  const MINUTE = 60 * 1000, DAY = 24 * 60 * MINUTE;
  const dates = locale => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

  const box = document.querySelector(".chart");
  if (box) drawChart(box, JSON.parse(box.dataset.chart), box.dataset.locale);

  function drawChart(box, { points, now, lines, currency }, locale) {
    const plot = box.querySelector(".chart-plot");
    const said = box.querySelector(".chart-said");
    const colour = name => getComputedStyle(box).getPropertyValue(name).trim();
    const amounts = ticks => {
      const style = currency ? { style: "currency", currency } : {};
      if (ticks.every(Number.isInteger)) style.minimumFractionDigits = style.maximumFractionDigits = 0;
      const money = new Intl.NumberFormat(locale, style);
      return ticks.map(tick => money.format(tick));
    };
    const days = (ticks, step) => {
      const time = { hour: "2-digit", minute: "2-digit", second: step < MINUTE ? "2-digit" : undefined };
      const parts = step < DAY ? time : step < 28 * DAY ? { day: "numeric", month: "short" } : { month: "short", year: "numeric" };
      const words = new Intl.DateTimeFormat(locale, parts);
      return ticks.map(tick => words.format(tick));
    };

    // A line for each currency and unit; each value holds until the next change. uPlot wants growing x, so several changes
    // of one instant stand a millisecond apart, and a line that ends before its value does gets a last x of its own.
    const xs = [];
    const ys = Array.from({ length: lines }, () => []);
    const real = ys.map(() => []);
    const place = (x, line, amount) => {
      xs.push(Math.max(x, (xs.at(-1) ?? -Infinity) + 1));
      ys.forEach((y, each) => y.push(each === line ? Number(amount) : null));
    };
    const places = points.map((point, index) => {
      const before = points[index - 1];
      if (before && before.line !== null && before.line !== point.line) place(point.at - 1, before.line, before.amount);
      place(point.at, point.line, point.amount);
      if (point.line !== null) real[point.line].push(xs.length - 1);
      return xs.length - 1;
    });
    const last = points.at(-1);
    place(now, last.line, last.amount);

    const axis = { stroke: () => colour("--muted"), grid: { stroke: () => colour("--line"), width: 1 }, ticks: { stroke: () => colour("--line"), width: 1 } };
    const series = ys.map((_, line) => ({
      stroke: () => colour("--accent"), width: 2, dash: line ? [6, 3 * line] : undefined,
      paths: uPlot.paths.stepped({ align: 1 }),
      points: { show: true, size: 8, stroke: () => colour("--accent"), fill: () => colour("--surface"), filter: () => real[line] },
    }));
    const size = () => ({ width: Math.max(200, plot.clientWidth), height: 260 });

    box.hidden = false;
    const chart = new uPlot({
      ...size(), ms: 1, legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 12, stroke: () => colour("--accent"), fill: () => colour("--accent") } },
      scales: { x: { time: true }, y: { range: (_, low, high) => {
        const room = Math.max((high - low) * 0.2, high * 0.05, 0.01);
        return [Math.max(0, low - room), high + room];
      } } },
      axes: [
        { ...axis, space: 80, values: (_, ticks, _axis, _space, step) => days(ticks, step) },
        { ...axis, size: 72, values: (_, ticks) => amounts(ticks) },
      ],
      series: [{}, ...series],
      hooks: { setCursor: [each => { if (each.cursor.idx !== null && each.cursor.idx !== undefined) show(at(each)); }] },
    }, [xs, ...ys], plot);

    // The change that holds where the cursor is.
    function at(each) {
      const x = each.posToVal(each.cursor.left, "x");
      let index = 0;
      while (index + 1 < points.length && xs[places[index + 1]] <= x + 1) index += 1;
      return index;
    }

    let current = points.length - 1;
    function show(index) {
      current = index;
      const text = `${dates(locale).format(points[index].at)}: ${points[index].said}`;
      said.textContent = text;
      plot.setAttribute("aria-valuemin", 1);
      plot.setAttribute("aria-valuemax", points.length);
      plot.setAttribute("aria-valuenow", index + 1);
      plot.setAttribute("aria-valuetext", text);
    }

    plot.addEventListener("keydown", event => {
      const to = { ArrowLeft: current - 1, ArrowDown: current - 1, ArrowRight: current + 1, ArrowUp: current + 1, Home: 0, End: points.length - 1 }[event.key];
      if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const index = Math.min(Math.max(to, 0), points.length - 1);
      const { line, amount } = points[index];
      chart.setCursor({ left: chart.valToPos(xs[places[index]], "x"), top: line === null ? 0 : chart.valToPos(Number(amount), "y") }, false);
      show(index);
    });
    show(current);
    new ResizeObserver(() => { if (Math.abs(chart.width - size().width) > 1) chart.setSize(size()); }).observe(plot);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw(false));
  }
}

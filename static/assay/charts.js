/* Draws every figure.chart from the JSON beside its canvas. No inline style, no eval: the site's
   policy is strict. Nothing moves, whoever looks. Colours are told apart by colour-blind readers, and dashes, markers and
   hatching say the same again. */
(() => {
  "use strict";

  const COLOURS = ["#0072b2", "#c44f00", "#007a5a", "#9c3d8a", "#6b5b00", "#3c4650"];
  const DASHES = [[], [7, 4], [2, 3], [10, 4, 2, 4], [5, 2, 1, 2], [1, 4]];
  const MARKERS = ["circle", "rect", "triangle", "rectRot", "crossRot", "star"];
  const INK = "#3c4650";
  const LINE = "#dfe5e9";
  const FONT = '"Inter", "Segoe UI", system-ui, sans-serif';

  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumSignificantDigits: 5 });
  const colour = (index) => COLOURS[index % COLOURS.length];
  const written = (value, unit) => numbers.format(value) + (unit ? "\u00a0" + unit : "");
  const isNumeric = (chart) => chart.series.some((each) => each.x.length > 0);

  /* Bars of the second series on are hatched. */
  function fill(index, seeThrough) {
    if (index === 0) return colour(0) + (seeThrough ? "99" : "");
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour(index) + (seeThrough ? "40" : "59");
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour(index);
    pen.lineWidth = 1.5;
    const ways = [[0, 8, 8, 0], [0, 0, 8, 8], [0, 4, 8, 4], [4, 0, 4, 8], [0, 8, 8, 0]];
    const [x1, y1, x2, y2] = ways[(index - 1) % ways.length];
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function points(each) {
    return each.x.length ? each.x.map((x, at) => ({ x, y: each.values[at] })) : each.values;
  }

  function dataset(chart, each, index) {
    const bars = ["bar", "stacked_bar", "histogram"].includes(chart.kind);
    const many = each.values.length > 30;
    const common = { label: each.name, data: points(each), borderColor: colour(index), low: each.low, high: each.high, names: each.names };
    if (bars) {
      const touching = chart.kind === "histogram" ? { barPercentage: 1, categoryPercentage: 1, grouped: false } : {};
      return { ...common, ...touching, backgroundColor: fill(index, chart.kind === "histogram"), borderWidth: 1 };
    }
    const joined = chart.kind === "line" || each.joined;
    return {
      ...common,
      backgroundColor: colour(index),
      pointStyle: MARKERS[index % MARKERS.length],
      pointRadius: chart.kind === "line" && many ? 0 : 4,
      pointHitRadius: 12,
      borderDash: DASHES[index % DASHES.length],
      borderWidth: 2,
      showLine: joined,
      spanGaps: false,
      stepped: false,
    };
  }

  const TYPES = { line: "line", bar: "bar", stacked_bar: "bar", histogram: "bar", scatter: "line", interval: "line" };

  function scale(title, unit, numeric, stacked) {
    return {
      type: numeric ? "linear" : "category",
      stacked,
      title: { display: Boolean(title), text: unit ? `${title} (${unit})` : title, color: INK },
      grid: { color: LINE },
      ticks: numeric
        ? { color: INK, callback: (value) => numbers.format(value), maxTicksLimit: 9 }
        : { color: INK, maxRotation: 60, autoSkip: true, callback(value) { return lines(this.getLabelForValue(value), this.chart); } },
    };
  }

  /* Long names in lines, shorter ones on a phone; the table has them whole. */
  function lines(label, drawn) {
    const most = drawn.options.indexAxis === "y" ? Math.max(14, Math.floor(drawn.width / 24)) : 18;
    const found = [];
    for (const word of String(label).split(/(?<=[ _/])/)) {
      const last = found.length - 1;
      if (last >= 0 && (found[last] + word).trim().length <= most) found[last] += word;
      else found.push(word);
    }
    const room = drawn.data.labels.length > 8 ? 2 : 3;
    const kept = found.slice(0, room).map((line) => line.trim());
    if (found.length > room) kept[room - 1] += "…";
    return kept;
  }

  function scales(chart) {
    const stacked = chart.kind === "stacked_bar";
    const along = scale(chart.x_title, chart.x_unit, isNumeric(chart), stacked);
    const up = scale(chart.y_title, chart.y_unit, true, stacked);
    if (chart.kind === "interval" && !isNumeric(chart)) along.offset = true;
    const reach = spread(chart);
    if (reach) [up.suggestedMin, up.suggestedMax] = reach;
    if (!chart.horizontal) return { x: along, y: up };
    return { y: { ...along, title: { display: false }, ticks: { ...along.ticks, autoSkip: false } }, x: up };
  }

  /* Whiskers and marks must be inside the chart. */
  function spread(chart) {
    const ends = chart.series.flatMap((each) => [...each.low, ...each.high]).filter((value) => value !== null);
    const levels = chart.marks.filter((mark) => mark.axis === "y").map((mark) => mark.at);
    const all = [...ends, ...levels].filter((value) => typeof value === "number");
    return all.length ? [Math.min(...all), Math.max(...all)] : null;
  }

  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(drawn) {
      const flat = drawn.options.indexAxis === "y";
      const along = flat ? drawn.scales.x : drawn.scales.y;
      drawn.data.datasets.forEach((each, index) => {
        if (!each.low.length || !drawn.isDatasetVisible(index)) return;
        drawn.getDatasetMeta(index).data.forEach((point, at) => {
          if (each.low[at] === null || each.high[at] === null) return;
          const ends = [along.getPixelForValue(each.low[at]), along.getPixelForValue(each.high[at])];
          whisker(drawn.ctx, flat ? point.y : point.x, ends, flat, each.borderColor);
        });
      });
    },
  };

  function whisker(pen, at, ends, flat, ink) {
    const line = (x1, y1, x2, y2) => { pen.moveTo(...(flat ? [y1, x1] : [x1, y1])); pen.lineTo(...(flat ? [y2, x2] : [x2, y2])); };
    pen.save();
    pen.strokeStyle = ink;
    pen.lineWidth = 2;
    pen.beginPath();
    line(at, ends[0], at, ends[1]);
    for (const end of ends) line(at - 5, end, at + 5, end);
    pen.stroke();
    pen.restore();
  }

  const marks = {
    id: "marks",
    afterDatasetsDraw(drawn, _, options) {
      options.list.forEach((mark, index) => drawMark(drawn, mark, index, options.horizontal));
    },
  };

  function drawMark(drawn, mark, index, horizontal) {
    const axis = horizontal ? (mark.axis === "x" ? "y" : "x") : mark.axis;
    const { ctx: pen, chartArea: area } = drawn;
    const at = drawn.scales[axis].getPixelForValue(
      typeof mark.at === "string" ? drawn.data.labels.indexOf(mark.at) : mark.at);
    if (!Number.isFinite(at)) return;
    pen.save();
    pen.strokeStyle = pen.fillStyle = INK;
    pen.setLineDash([4, 3]);
    pen.lineWidth = 1.5;
    pen.font = `12px ${FONT}`;
    pen.beginPath();
    if (axis === "x") {
      pen.moveTo(at, area.top);
      pen.lineTo(at, area.bottom);
      const left = at > (area.left + area.right) / 2;
      pen.textAlign = left ? "right" : "left";
      pen.fillText(mark.text, at + (left ? -5 : 5), area.top + 12 + 14 * (index % 4));
    } else {
      pen.moveTo(area.left, at);
      pen.lineTo(area.right, at);
      pen.textAlign = "right";
      pen.fillText(mark.text, area.right - 4, at - 5);
    }
    pen.stroke();
    pen.restore();
  }

  function legendStyle(kind) {
    if (kind === "line") return { usePointStyle: true, pointStyle: "line", pointStyleWidth: 34 };
    return { usePointStyle: kind === "scatter" || kind === "interval" };
  }

  const named = (chart, item) => item.dataset.names[item.dataIndex] || chart.labels[item.dataIndex]
    || written(item.parsed.x, chart.x_unit);

  function tooltip(chart) {
    const numeric = isNumeric(chart);
    return {
      callbacks: {
        title: (items) => (numeric ? named(chart, items[0]) : items[0].label),
        label: (item) => {
          const value = chart.horizontal ? item.parsed.x : item.parsed.y;
          const each = item.dataset;
          const ends = each.low.length && each.low[item.dataIndex] !== null
            ? ` (${written(each.low[item.dataIndex])} – ${written(each.high[item.dataIndex], chart.y_unit)})` : "";
          return `${each.label}: ${written(value, chart.y_unit)}${ends}`;
        },
      },
    };
  }

  function options(chart) {
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      indexAxis: chart.horizontal ? "y" : "x",
      scales: scales(chart),
      interaction: { mode: isNumeric(chart) ? "nearest" : "index", intersect: isNumeric(chart) },
      plugins: {
        legend: {
          display: chart.series.length > 1, position: "bottom",
          labels: { color: INK, boxWidth: 28, boxHeight: 10, ...legendStyle(chart.kind) },
        },
        tooltip: tooltip(chart),
        marks: { list: chart.marks, horizontal: chart.horizontal },
      },
    };
  }

  function draw(figure) {
    const canvas = figure.querySelector("canvas");
    const source = document.getElementById(figure.dataset.chart);
    if (!canvas || !source || Chart.getChart(canvas)) return;
    const chart = JSON.parse(source.textContent);
    if (chart.horizontal) canvas.parentElement.classList.toggle("tall", chart.labels.length > 8);
    if (chart.horizontal) canvas.parentElement.classList.toggle("short", chart.labels.length < 4);
    const datasets = chart.series.map((each, index) => dataset(chart, each, index));
    const labels = isNumeric(chart) ? [] : chart.labels;
    new Chart(canvas, { type: TYPES[chart.kind], data: { labels, datasets }, options: options(chart), plugins: [whiskers, marks] });
    figure.dataset.drawn = "yes";
  }

  const drawAll = (root) => root.querySelectorAll("figure.chart").forEach(draw);

  Chart.defaults.font.family = FONT;
  Chart.defaults.font.size = 12;
  Chart.defaults.color = INK;

  /* What htmx swaps in is drawn too; what it takes away is let go of. */
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target.parentElement || document));
  document.addEventListener("htmx:beforeCleanupElement", (event) => {
    event.target.querySelectorAll?.("canvas").forEach((canvas) => Chart.getChart(canvas)?.destroy());
  });
  drawAll(document);
})();

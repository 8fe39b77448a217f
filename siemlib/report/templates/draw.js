"use strict";
for (const source of document.querySelectorAll("script[data-chart]")) {
  const box = document.getElementById(source.dataset.chart);
  if (typeof Plotly === "undefined") {
    box.classList.add("lost");
    box.textContent = "The chart could not be drawn: assets/plotly.min.js is missing. Its table stands below.";
    continue;
  }
  const figure = JSON.parse(source.textContent);
  figure.layout.height ??= 420;
  box.classList.add("drawn");
  // A title does not wrap; on a narrow screen it would be cut, and the heading above says the same.
  if (box.clientWidth < 600) delete figure.layout.title;
  Plotly.newPlot(box, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
if (typeof Plotly !== "undefined") {
  const charts = () => document.querySelectorAll(".chart.drawn");
  // Paper is narrower than most screens, and a chart is drawn for the width that it had.
  addEventListener("beforeprint", () => charts().forEach((box) => Plotly.relayout(box, { width: 660 })));
  addEventListener("afterprint", () => charts().forEach((box) => Plotly.relayout(box, { width: null, autosize: true })));
}

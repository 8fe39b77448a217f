{
  const NARROW = 600; // pixels
  const PAPER = 660; // pixels of width that fit A4 and Letter with their margins
  const waiting = new Set(document.querySelectorAll("script[data-chart]"));
  const asset = siemJson("asset");
  const boxOf = (source) => document.getElementById(source.dataset.chart);

  const draw = (source, width) => {
    waiting.delete(source);
    const box = boxOf(source);
    const figure = JSON.parse(source.textContent);
    figure.layout.height ??= 420;
    if (width) figure.layout.width = width;
    box.classList.add("drawn");
    // A title does not wrap; on a narrow screen it would be cut, and the heading above says the same.
    if (box.clientWidth < NARROW) delete figure.layout.title;
    else if (figure.layout.title && box.closest(".partial")) (figure.layout.title.font ??= {}).color = "#8a5200";
    // To a reader without sight the chart is one picture, whose sentence and table follow: it holds no buttons.
    Plotly.newPlot(box, figure.data, figure.layout, { responsive: !width, displayModeBar: false });
  };

  const lost = (why) => {
    for (const source of waiting) {
      boxOf(source).classList.add("lost");
      boxOf(source).textContent = `The chart is not drawn: ${why}. What it shows is said here, and its data stand below.`;
    }
  };

  const unpacked = async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  /** Why plotly.js cannot be run, or nothing when it was. */
  const load = async () => {
    const packed = typeof siemPlotly === "string" ? siemPlotly : document.getElementById("plotly")?.textContent;
    if (!packed) return `${asset.name} is not in the folder assets beside the reports of this date`;
    const found = await siemDigest(asset.head + packed + asset.tail);
    if (found && found !== asset.sha256) return `${asset.name} is not the file that this page names`;
    if (typeof DecompressionStream === "undefined") return "this browser cannot unpack plotly.js";
    const script = document.createElement("script");
    script.nonce = document.currentScript?.nonce ?? document.querySelector("script[nonce]").nonce;
    script.textContent = await unpacked(packed);
    document.head.append(script);
    script.remove();
    return typeof Plotly === "undefined" ? "plotly.js did not run" : "";
  };

  /** Draws what is seen first, and lets the reader scroll between two charts. */
  const drawAll = async () => {
    const seen = (source) => Math.abs(boxOf(source).parentElement.getBoundingClientRect().top);
    for (const source of [...waiting].sort((one, other) => seen(one) - seen(other))) {
      if (waiting.has(source)) draw(source);
      await siemPause();
    }
  };

  const start = async () => {
    const why = await load();
    if (why) lost(why);
    else await drawAll();
    document.documentElement.classList.add("charts-done");
  };

  if (typeof Plotly !== "undefined") {
    for (const source of [...waiting]) draw(source, PAPER);
  } else if (waiting.size) {
    start();
  }

  const charts = () => document.querySelectorAll(".chart.drawn");
  addEventListener("beforeprint", () => {
    if (typeof Plotly === "undefined" || siemForPaper) return;
    for (const source of [...waiting]) draw(source);
    // Paper is narrower than most screens, and a chart is drawn for the width that it had.
    charts().forEach((box) => Plotly.relayout(box, { width: PAPER }));
  });
  addEventListener("afterprint", () => {
    if (typeof Plotly === "undefined" || siemForPaper) return;
    charts().forEach((box) => Plotly.relayout(box, { width: null, autosize: true }));
  });
}

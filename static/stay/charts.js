// Draws every [data-chart] from the JSON beside it. Colours are the theme's; ECharts is fetched only where it is needed.
(() => {
  const LIGHT = {
    text: "#3b4250", quiet: "#667085", line: "#e4e7ec", surface: "#ffffff",
    series: ["#2563a8", "#0f8a8a", "#b7791f", "#7c4dbd", "#c2410c", "#4d7c0f", "#be185d", "#475569"],
    tones: {
      active: "#2f9e63", at_risk: "#d99a17", hibernating: "#4a7fc1", lost: "#c0483f", gone: "#7b8494",
      good: "#2f9e63", watch: "#d99a17", risk: "#c0483f", bad: "#c0483f", healthy: "#2f9e63", warn: "#d99a17",
      info: "#2563a8", secondary: "#7b8494", new: "#0f8a8a", growing: "#4d9f3b", mature: "#2f7d63", returned: "#7c4dbd",
    },
  };
  const DARK = {
    text: "#d5dae3", quiet: "#98a2b3", line: "#363d49", surface: "#1f242d",
    series: ["#6aa5e8", "#46bfbf", "#e0b04f", "#b08ae6", "#f08a55", "#9bc75a", "#f07ab0", "#a3b1c6"],
    tones: {
      active: "#4fbf85", at_risk: "#e6b54a", hibernating: "#77a8e6", lost: "#e5766d", gone: "#98a2b3",
      good: "#4fbf85", watch: "#e6b54a", risk: "#e5766d", bad: "#e5766d", healthy: "#4fbf85", warn: "#e6b54a",
      info: "#6aa5e8", secondary: "#98a2b3", new: "#46bfbf", growing: "#8bcf73", mature: "#5fb898", returned: "#b08ae6",
    },
  };
  const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  const drawn = new Map();
  const palette = () => (document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT);

  const dye = (value, colours) => {
    if (typeof value === "string") return value.startsWith("tone:") ? colours.tones[value.slice(5)] || colours.tones.secondary : value;
    if (Array.isArray(value)) return value.map((item) => dye(item, colours));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dye(item, colours)]));
    return value;
  };

  const axis = (own, colours, spread) => own && {
    ...own,
    axisLine: { show: spread, lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.quiet, hideOverlap: true, ...(spread ? { alignMinLabel: "left", alignMaxLabel: "right" } : {}), ...own.axisLabel },
    splitLine: { show: !spread, lineStyle: { color: colours.line } },
  };

  const dress = (option, colours) => {
    const own = dye(option, colours);
    const legend = own.legend?.show;
    const labels = { label: { color: colours.text, textBorderWidth: 0, ...own.series?.[0]?.label } };
    return {
      color: colours.series,
      textStyle: { fontFamily: FONT, color: colours.text },
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      aria: { enabled: false },
      grid: { left: 8, right: 16, top: legend ? 36 : 12, bottom: 4, containLabel: true },
      tooltip: { trigger: own.xAxis ? "axis" : "item", renderMode: "richText", confine: true, backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.text, fontSize: 12 } },
      ...own,
      legend: own.legend && { top: 0, type: "scroll", icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: colours.text }, ...own.legend },
      xAxis: axis(own.xAxis, colours, own.xAxis?.type === "category"),
      yAxis: axis(own.yAxis, colours, own.yAxis?.type === "category"),
      radar: own.radar && { radius: "58%", axisName: { color: colours.text }, axisLine: { lineStyle: { color: colours.line } }, splitLine: { lineStyle: { color: colours.line } }, splitArea: { show: false }, ...own.radar },
      series: own.series?.map((one) => ({ ...labels, ...(one.type === "sankey" ? { lineStyle: { color: "gradient", opacity: 0.35 }, left: 4, right: 90 } : {}), ...one, label: { ...labels.label, show: one.type === "bar" || one.type === "line" ? false : undefined, ...one.label } })),
    };
  };

  const draw = (figure) => {
    const canvas = figure.querySelector(".stay-canvas");
    const source = figure.querySelector('script[type="application/json"]');
    if (!canvas || !source) return;
    const option = JSON.parse(source.textContent);
    const chart = window.echarts.getInstanceByDom(canvas) || window.echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(dress(option, palette()), true);
    chart.off("click");
    chart.on("click", (event) => event.data?.href && window.location.assign(event.data.href));
    drawn.set(canvas, { chart, figure });
    figure.dataset.drawn = "yes";
  };

  let loading;
  const engine = () => loading ||= new Promise((done) => {
    const script = document.createElement("script");
    script.src = document.getElementById("charts-script").dataset.echarts;
    script.onload = done;
    document.head.append(script);
  });

  const drawAll = async (root) => {
    const figures = [...(root.matches?.("[data-chart]") ? [root] : []), ...root.querySelectorAll("[data-chart]")];
    if (!figures.length) return;
    await engine();
    figures.filter((figure) => figure.isConnected).forEach(draw);
  };

  const sweep = () => drawn.forEach(({ chart }, canvas) => {
    if (canvas.isConnected) return;
    chart.dispose();
    drawn.delete(canvas);
  });

  new MutationObserver(() => drawn.forEach(({ figure }) => figure.isConnected && draw(figure)))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  window.addEventListener("resize", () => drawn.forEach(({ chart }) => chart.resize()));
  document.addEventListener("htmx:load", (event) => { sweep(); drawAll(event.detail.elt); });
  document.addEventListener("shown.bs.tab", () => drawn.forEach(({ chart }) => chart.resize()));
  if (!window.htmx) document.addEventListener("DOMContentLoaded", () => drawAll(document));
})();

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

  const axis = (own, colours, layout) => own && {
    ...own,
    axisLine: { show: own.type === "category", lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.quiet, fontFamily: FONT, hideOverlap: true, ...layout, ...own.axisLabel },
    splitLine: { show: own.type !== "category", lineStyle: { color: colours.line } },
  };

  // A few bars all keep their names: broken between words where these fit, else aslant. Of many, every so-manieth is
  // named, and none so near the end that it would be cut. A line's first name begins with it, its last one ends there.
  const FEW = 12, RIGHT = 16, ASIDE = 44; // aside: what stands beside a lying bar that reaches to the end
  const pen = document.createElement("canvas").getContext("2d");
  const widest = (texts) => { pen.font = `12px ${FONT}`; return Math.max(0, ...texts.map((text) => pen.measureText(text).width)); };
  const names = (own, width) => {
    if (own?.type !== "category") return {};
    const count = own.data.length, texts = own.data.map(String), room = (width - 72) / count, size = widest(texts);
    if (count <= FEW && own.boundaryGap !== false) {
      const fits = widest(texts.flatMap((text) => text.split(/\s+|(?<=[\u3000-\u9fff])/))) <= room - 4;
      return { interval: 0, hideOverlap: false, ...(fits ? { width: room - 4, overflow: "break" } : { rotate: 40 }) };
    }
    const isLine = own.boundaryGap === false, step = Math.ceil(((isLine ? 1.5 : 1) * size + 16) / room), last = count - 1;
    const isWhole = (place) => (last - place) * room + RIGHT > size / 2 || (isLine && place === last);
    const ends = { alignMinLabel: "left", showMinLabel: true, ...(last % step ? {} : { alignMaxLabel: "right", showMaxLabel: true }) };
    return { interval: (place) => place % step === 0 && isWhole(place), ...(isLine ? ends : {}) };
  };
  // Room for the first name, which reaches past the axis: half of it beside its bar, or all of it aslant before it.
  const left = (own, width) => {
    if (own?.type !== "category" || own.boundaryGap === false) return 8;
    const { rotate } = names(own, width), room = (width - 72) / own.data.length, first = widest(own.data.slice(0, 1).map(String));
    if (rotate) return Math.max(8, first * Math.cos((rotate * Math.PI) / 180) - room / 2 - 16);
    return own.data.length > FEW ? Math.max(8, widest(own.data.map(String)) / 2 - 14) : 8;
  };

  const dress = ({ unit, ...option }, colours, width) => {
    const own = dye(option, colours);
    const legend = own.legend?.show;
    const labels = { label: { color: colours.text, textBorderWidth: 0, ...own.series?.[0]?.label } };
    return {
      color: colours.series,
      textStyle: { fontFamily: FONT, color: colours.text },
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      aria: { enabled: false },
      grid: { left: left(own.xAxis, width), right: own.yAxis?.type === "category" ? ASIDE : RIGHT, top: legend ? 36 : 12, bottom: 4, containLabel: true },
      tooltip: { trigger: own.xAxis ? "axis" : "item", renderMode: "richText", confine: true, ...(unit ? { valueFormatter: (value) => (typeof value === "number" ? value + unit : "–") } : {}), backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.text, fontSize: 12 } },
      ...own,
      legend: own.legend && { top: 0, type: "scroll", icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: colours.text }, ...own.legend },
      xAxis: axis(own.xAxis, colours, names(own.xAxis, width)),
      yAxis: axis(own.yAxis, colours, own.yAxis?.type === "category" ? { interval: 0, width: Math.max(110, width / 3), overflow: "break" } : unit ? { formatter: `{value}${unit}` } : {}),
      radar: own.radar && { radius: "58%", axisName: { color: colours.text }, axisLine: { lineStyle: { color: colours.line } }, splitLine: { lineStyle: { color: colours.line } }, splitArea: { show: false }, ...own.radar },
      series: own.series?.map((one) => ({ ...labels, ...(one.type === "sankey" ? { lineStyle: { color: "gradient", opacity: 0.35 }, left: 4, right: 90, nodeGap: 14 } : {}), ...one, label: { ...labels.label, show: one.type === "bar" || one.type === "line" ? false : undefined, ...one.label } })),
    };
  };

  const draw = (figure) => {
    const canvas = figure.querySelector(".stay-canvas");
    const source = figure.querySelector('script[type="application/json"]');
    if (!canvas || !source) return;
    const option = JSON.parse(source.textContent);
    const chart = window.echarts.getInstanceByDom(canvas) || window.echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(dress(option, palette(), canvas.clientWidth), true);
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
  window.addEventListener("resize", () => drawn.forEach(({ chart, figure }) => { chart.resize(); draw(figure); }));
  document.addEventListener("htmx:load", (event) => { sweep(); drawAll(event.detail.elt); });
  document.addEventListener("shown.bs.tab", () => drawn.forEach(({ chart }) => chart.resize()));
  if (!window.htmx) document.addEventListener("DOMContentLoaded", () => drawAll(document));
})();

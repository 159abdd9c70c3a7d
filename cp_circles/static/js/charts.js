// Draws a [data-chart] with Plotly in the reader's theme when it comes near the screen; the bundle is fetched by
// the first that does. Until then the first figures of its table stand in its place.
(() => {
  "use strict";
  const root = document.documentElement;
  const NARROW = 480, LEAST_SCALE = 0.78;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Figures are built in the light palette; each of its values has a token of its own.
  const TOKENS = {
    "#0e5b3d": "--c-actual", "#5f9d7f": "--accent-mid", "#58625e": "--c-base", "#a8480a": "--c-target",
    "#7a4b00": "--warn", "#9b1c1c": "--bad", "#1b4f86": "--info", "#14633f": "--ok",
    "#e2e5e4": "--c-grid", "#7a837f": "--c-axis", "#424b47": "--ink-2", "#17201c": "--ink", "#ffffff": "--surface",
    "#d6dad8": "--line", "#eceeed": "--sunken", "#4a5450": "--mute", "#e2efe8": "--accent-soft",
    "#a47c1f": "--c-elec", "#3e4a54": "--c-fuel", "#2466bc": "--c-water", "#3d2652": "--c-co2", "#299da4": "--c-cod",
    "#d52680": "--c-air", "#7b3914": "--c-waste", "#e3efe9": "--q1", "#b9d8c8": "--q2", "#7fb39a": "--q3", "#357a59": "--q4",
    "#8d9960": "--c-indirect", "#0630b1": "--c-wastewater", "#6f8136": "--c-ammonia", "#4b63f9": "--c-nitrogen", "#b16ced": "--c-phosphorus",
    "#964b00": "--c-sulphur", "#b47e78": "--c-nox", "#637245": "--c-dust", "#a50984": "--c-hazardous", "#0390c0": "--c-material",
  };
  const ROLES = {
    actual: { color: "--c-actual", width: 2.5 }, verified: { color: "--c-actual", width: 2.5 },
    claimed: { color: "--c-actual", width: 2.5, hatched: true }, baseline: { color: "--c-base", width: 1.75, dash: "6px,4px", symbol: "square-open" },
    target: { color: "--c-target", width: 1.75, dash: "1.5px,4px" }, rejected: { color: "--c-target", width: 1.75, dash: "1.5px,4px" },
    deducted: { color: "--c-base", opacity: 0.75 }, added: { color: "--accent-mid" },
    missing: { color: "--warn", symbol: "circle-open" },
    electricity: { color: "--c-elec", symbol: "circle", dash: "11px,2px" }, fuel: { color: "--c-fuel", symbol: "square", dash: "dash" },
    water: { color: "--c-water", symbol: "diamond", dash: "dot" }, co2: { color: "--c-co2", symbol: "triangle-up", dash: "dashdot" },
    cod: { color: "--c-cod", symbol: "cross", dash: "longdash" }, air: { color: "--c-air", symbol: "x", dash: "longdashdot" },
    waste: { color: "--c-waste", symbol: "star", dash: "2px,2px" }, money: { color: "--c-actual", symbol: "triangle-down" },
    indirect: { color: "--c-indirect", symbol: "triangle-left", dash: "8px,3px" }, wastewater: { color: "--c-wastewater", symbol: "diamond-tall", dash: "1px,3px" },
    ammonia: { color: "--c-ammonia", symbol: "hexagon", dash: "12px,4px" }, nitrogen: { color: "--c-nitrogen", symbol: "pentagon", dash: "6px,2px,2px,2px" },
    phosphorus: { color: "--c-phosphorus", symbol: "octagon", dash: "3px,3px" }, sulphur: { color: "--c-sulphur", symbol: "triangle-right", dash: "10px,3px,3px,3px" },
    nox: { color: "--c-nox", symbol: "star-triangle-up", dash: "5px,5px" }, dust: { color: "--c-dust", symbol: "hourglass", dash: "2px,5px" },
    hazardous: { color: "--c-hazardous", symbol: "star-diamond", dash: "14px,3px" }, material: { color: "--c-material", symbol: "bowtie", dash: "9px,3px,2px,3px" },
    class1: { color: "--q1" }, class2: { color: "--q2" }, class3: { color: "--q3" }, class4: { color: "--q4" }, class5: { color: "--q5" },
  };

  const hexOf = (r, g, b) => "#" + [r, g, b].map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  const recolour = (value, key) => {
    if (typeof value === "string") {
      const hex = value.toLowerCase();
      if ((key === "colorscale" || key === "colors") && hex === "#0e5b3d") return css("--q5");
      if (TOKENS[hex]) return css(TOKENS[hex]);
      const rgba = /^rgba?\((\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\)$/.exec(hex);
      if (rgba) {
        const token = TOKENS[hexOf(rgba[1], rgba[2], rgba[3])];
        if (token) {
          const now = css(token).replace("#", "");
          const parts = [0, 2, 4].map((at) => parseInt(now.slice(at, at + 2), 16));
          return `rgba(${parts.join(",")},${rgba[4] === undefined ? 1 : rgba[4]})`;
        }
      }
      return value;
    }
    if (Array.isArray(value)) return value.map((item) => recolour(item, key));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, item]) =>
        [name, ["x", "y", "z", "text", "customdata", "labels", "values", "ids", "parents", "ticktext"].includes(name) ? item : recolour(item, name === "colorscale" || name === "colors" ? name : key)]));
    }
    return value;
  };
  const merge = (base, over) => {
    if (!over || typeof over !== "object" || Array.isArray(over) || !base || typeof base !== "object") return over === undefined ? base : over;
    const out = { ...base };
    Object.keys(over).forEach((key) => { out[key] = merge(base[key], over[key]); });
    return out;
  };

  const dressed = (trace) => {
    const role = ROLES[trace.meta && (trace.meta.role || (typeof trace.meta === "string" && trace.meta))];
    if (!role) return trace;
    const color = css(role.color), out = merge({}, trace);
    if (trace.type === "bar" || trace.type === "histogram") {
      out.marker = merge({ color, opacity: role.opacity || 1 }, out.marker);
      if (role.hatched) {
        out.marker = merge(out.marker, { pattern: { shape: "/", size: 6, solidity: 0.25, fgcolor: color, bgcolor: css("--surface") }, line: { color, width: 1.25 } });
      }
    } else {
      out.line = merge({ color, width: role.width || 1.75, dash: role.dash || "solid" }, out.line);
      out.marker = merge({ color: role.hatched ? css("--surface") : color, size: 8, symbol: role.symbol || "circle", line: { color: role.hatched ? color : css("--surface"), width: 1.5 } }, out.marker);
    }
    return out;
  };

  const axis = () => ({
    linecolor: css("--c-axis"), tickcolor: css("--c-axis"), zerolinecolor: css("--c-axis"), gridcolor: css("--c-grid"), gridwidth: 1,
    automargin: true, ticks: "", tickfont: { color: css("--ink-2") }, title: { font: { color: css("--ink-3"), size: 12 } },
  });
  // The words of a diagram are folded to its boxes: on a little less room all of it shrinks alike, on much less the narrow drawing stands.
  const planeOf = (figure) => (figure.layout && figure.layout.meta && figure.layout.meta.plane) || 0;
  const isNarrow = (figure, width) => width < Math.max(NARROW, LEAST_SCALE * planeOf(figure));
  const shrunk = (layout, width) => {
    const scale = width / layout.meta.plane;
    if (scale >= 1) return layout;
    const note = (one) => (one.font ? { ...one, font: { ...one.font, size: one.font.size * scale } } : one);
    return { ...layout, height: layout.height * scale, annotations: (layout.annotations || []).map(note) };
  };
  const lookOf = (figure, width) => {
    const narrow = isNarrow(figure, width) ? "narrow" : "wide";
    return planeOf(figure) ? `${narrow} ${Math.round(width / 8)}` : narrow;
  };
  const themed = (figure, width) => {
    const narrow = isNarrow(figure, width);
    const base = {
      autosize: true, paper_bgcolor: css("--surface"), plot_bgcolor: css("--surface"), separators: ".,",
      font: { family: css("--font"), size: 12, color: css("--ink-2") },
      margin: narrow ? { l: 44, r: 8, t: 14, b: 36 } : { l: 52, r: 8, t: 14, b: 36 },
      xaxis: { ...axis(), showgrid: false, showline: true }, yaxis: { ...axis(), showgrid: true, showline: false },
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", font: { color: css("--ink-2") } },
      hoverlabel: { bgcolor: css("--ink"), bordercolor: css("--ink"), font: { color: css("--bg"), size: 13, family: css("--font") } },
      colorscale: { sequential: [1, 2, 3, 4, 5].map((n) => [(n - 1) / 4, css(`--q${n}`)]) },
      colorway: ["--c-actual", "--c-elec", "--c-water", "--c-target", "--c-cod", "--c-co2", "--c-waste"].map(css),
    };
    const own = { ...(figure.layout || {}) };
    const meta = own.meta || {};
    ["title", "template", "width"].forEach((name) => delete own[name]);
    let layout = merge(base, recolour(own));
    Object.keys(layout).filter((name) => /^[xy]axis\d+$/.test(name)).forEach((name) => {
      layout[name] = merge(base[name[0] + "axis"], layout[name]);
    });
    if (narrow) {
      layout = merge(layout, { margin: { l: 44, r: 8 }, xaxis: { nticks: 6 }, font: { size: 11 } });
      if (meta.narrow) layout = merge(layout, recolour(meta.narrow));
    }
    layout = unitOnTop({ height: narrow ? 260 : 300, ...layout });
    if (planeOf(figure)) layout = shrunk(layout, width);
    let data = figure.data || [];
    if (narrow && figure.narrow && figure.narrow.data) data = figure.narrow.data;
    return { data: recolour(data).map(dressed), layout };
  };

  // The unit stands level above the value axis instead of running up along it.
  const unitOnTop = (layout) => {
    const title = layout.yaxis.title && (layout.yaxis.title.text || (typeof layout.yaxis.title === "string" && layout.yaxis.title));
    if (!title || layout.yaxis.side === "right") return layout;
    const unit = { text: title, showarrow: false, xref: "paper", yref: "paper", x: 0, y: 1, xanchor: "left", yanchor: "bottom", xshift: -layout.margin.l + 6, yshift: 6, font: { color: css("--ink-3"), size: 12 } };
    return { ...layout, annotations: [...(layout.annotations || []), unit], margin: { ...layout.margin, t: Math.max(layout.margin.t, 34) }, yaxis: { ...layout.yaxis, title: undefined } };
  };

  // Plotly writes style attributes on its drawings, which the content policy refuses; the style object is allowed.
  const setAttribute = Element.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function set(name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };

  let loading = null;
  const plotly = () => {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    if (loading) return loading;
    loading = new Promise((done, failed) => {
      if (!document.getElementById("plotly.js-style-global")) {
        const link = document.createElement("link");
        link.rel = "stylesheet"; link.id = "plotly.js-style-global"; link.className = "no-inline-styles"; link.href = root.dataset.plotlyCss;
        document.head.append(link);
      }
      const script = document.createElement("script");
      script.src = root.dataset.plotly;
      script.addEventListener("load", () => done(window.Plotly));
      script.addEventListener("error", failed);
      document.head.append(script);
    });
    return loading;
  };

  const draw = async (place) => {
    let figure;
    try {
      const Plotly = await plotly();
      figure = JSON.parse(place.dataset.chart);
      const { data, layout } = themed(figure, place.clientWidth);
      if (!place.dataset.drawn) place.replaceChildren();
      place.dataset.drawn = "1";
      place.dataset.width = lookOf(figure, place.clientWidth);
      await Plotly.react(place, data, layout, { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false });
      place.dataset.state = "drawn";
    } catch (_) {
      place.dataset.state = "failed";
      const told = document.createElement("p");
      told.className = "chart__busy";
      told.textContent = place.dataset.chartFailed;
      place.replaceChildren(told);
    }
  };

  const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
  const picture = async (place) => {
    const figure = JSON.parse(place.dataset.chart), width = Math.max(place.clientWidth, 640), head = 40, foot = 28;
    const { data, layout } = lookOf(figure, width) === place.dataset.width ? place : themed(figure, width);
    const height = layout.height;
    const url = await window.Plotly.toImage({ data, layout }, { format: "svg", width, height });
    const inner = decodeURIComponent(url.slice(url.indexOf(",") + 1)).replace(/^<\?xml[^>]*>/, "");
    const font = escape(css("--font").replace(/"/g, "'"));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height + head + foot}" viewBox="0 0 ${width} ${height + head + foot}">` +
      `<rect width="100%" height="100%" fill="${css("--surface")}"/>` +
      `<text x="12" y="26" font-family="${font}" font-size="16" font-weight="700" fill="${css("--ink")}">${escape(place.dataset.chartTitle)}</text>` +
      inner.replace("<svg", `<svg x="0" y="${head}"`) +
      `<text x="12" y="${height + head + 18}" font-family="${font}" font-size="11" fill="${css("--ink-3")}">${escape(place.dataset.chartSource)}</text></svg>`;
    return { svg, width, height: height + head + foot };
  };
  const offer = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const save = async (place, kind) => {
    const { svg, width, height } = await picture(place);
    const name = `${place.dataset.chartTitle}.${kind}`;
    const blob = new Blob([svg], { type: "image/svg+xml;charset=utf-8" });
    if (kind === "svg") { offer(blob, name); return; }
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((png) => offer(png, name), "image/png");
  };

  const places = () => [...document.querySelectorAll("[data-chart]")];
  const drawn = () => places().filter((place) => place.dataset.drawn);
  const near = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
    near.unobserve(entry.target);
    draw(entry.target);
  }), { rootMargin: "50% 0px" });
  const start = () => places().filter((place) => !place.dataset.drawn).forEach((place) => near.observe(place));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-save]");
    if (!button || !window.Plotly) return;
    save(button.closest("[data-chart-frame]").querySelector("[data-chart]"), button.dataset.chartSave);
  });
  document.addEventListener("cp:theme", () => drawn().forEach(draw));
  document.addEventListener("cp:content", start);
  // On paper a chart is light and as wide as its column, whatever the screen shows.
  const PAPER = 690;
  let screenTheme;
  window.addEventListener("beforeprint", () => {
    screenTheme = root.dataset.theme;
    root.dataset.theme = "light";
    if (!window.Plotly) return;
    places().forEach((place) => {
      if (!place.dataset.drawn) { place.replaceChildren(); place.dataset.drawn = "1"; place.dataset.state = "drawn"; }
      const width = place.closest(".g-two > .cell:not(.span-all), .sheet--2 > .cell:not(.span-all)") ? PAPER * 0.46 : PAPER;
      const { data, layout } = themed(JSON.parse(place.dataset.chart), width);
      window.Plotly.react(place, data, { ...layout, autosize: false, width }, { displayModeBar: false, responsive: false });
    });
  });
  window.addEventListener("afterprint", () => {
    if (screenTheme === undefined) delete root.dataset.theme;
    else root.dataset.theme = screenTheme;
    drawn().forEach(draw);
  });
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => places().filter((place) =>
      place.dataset.drawn && place.dataset.width !== lookOf(JSON.parse(place.dataset.chart), place.clientWidth)).forEach(draw), 200);
  });
  start();
})();

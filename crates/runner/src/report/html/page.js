"use strict";
// Shows the run that stands in this page as JSON. Texts are set as texts, never as markup, and a feature or a
// scenario becomes elements only once it is opened, so that the page stays quick with tens of thousands.

const { run, features } = JSON.parse(document.getElementById("data").textContent);
const scenarios = features.flatMap((feature) => feature.scenarios);
const MARKS = {
  failed: "✗", error: "!", fixed: "★", pending: "…", "expected failure": "≈", skipped: "–", passed: "✓",
};
const AT_ONCE = 250;

for (const feature of features) {
  for (const scenario of feature.scenarios) {
    scenario.feature = feature;
    scenario.id = `${feature.path}:${scenario.line}`;
  }
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function seconds(value) {
  if (value === null) return "";
  if (value < 0.0095) return `${(value * 1000).toFixed(1)} ms`;
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  if (value < 59.95) return `${value.toFixed(1)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

const mark = (verdict) => element("span", { class: "mark", "data-verdict": verdict, "aria-hidden": "true" }, MARKS[verdict]);
const plural = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

// --- The head

const counts = new Map(Object.keys(MARKS).map((verdict) => [verdict, 0]));
for (const scenario of scenarios) counts.set(scenario.verdict, counts.get(scenario.verdict) + 1);
const reds = scenarios.filter((scenario) => scenario.red);

function headlineOf() {
  const outside = scenarios.filter((scenario) => scenario.isOutside).length;
  const [count, red] = [scenarios.length - outside, reds.length - outside];
  const all = plural(count, "scenario");
  const inside = red > 0
    ? `${red.toLocaleString("en")} of ${all} ${red === 1 ? "is" : "are"} not as expected`
    : count === 1 ? "The scenario is as expected" : `All ${all} are as expected`;
  if (outside === 0) return inside;
  const them = count === 1 ? "it" : "them";
  return `${inside}, ${red > 0 ? "and" : "but"} ${plural(outside, "error")} happened outside of ${them}`;
}

function showHead() {
  const headline = headlineOf();
  document.getElementById("headline").textContent = headline;
  document.title = `${reds.length > 0 ? "✗" : "✓"} ${headline}`;
  const facts = [
    new Date(run.started * 1000).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" }),
    `took ${seconds(run.seconds)}`,
    `${run.jobs} at a time`,
    run.seed === null ? "in the order of the files" : `in random order, --seed ${run.seed}`,
  ];
  if (run.neverBegun > 0) facts.push(`${run.neverBegun} not run after the first that was red`);
  document.getElementById("facts").textContent = facts.join(" · ");
  document.getElementById("attached").append(...showAttached(run.attached));
  for (const [verdict, count] of counts) {
    if (count === 0) continue;
    const part = element("div", { "data-verdict": verdict });
    part.style.flexGrow = count;
    document.getElementById("bar").append(part);
  }
}

// --- Which scenarios are shown

const wanted = new Set();
const search = document.getElementById("search");
let words = [];

function text(scenario) {
  if (scenario.haystack === undefined) {
    const rule = scenario.feature.rules[scenario.rule];
    const steps = scenario.steps.flatMap((it) => [it.keyword + it.text, it.docstring, it.table?.flat().join(" ")]);
    const attached = [scenario, ...scenario.steps].flatMap((it) => it.attached.flatMap((own) => [own.name, own.text]));
    const parts = [
      scenario.id, scenario.feature.name, rule?.name, scenario.name, ...scenario.tags.map((tag) => `@${tag}`),
      ...steps, scenario.message, scenario.evidence, scenario.output, ...scenario.earlier.map((it) => it.message), ...attached,
    ];
    scenario.haystack = parts.join("\n").toLowerCase();
  }
  return scenario.haystack;
}

const isShown = (scenario) =>
  (wanted.size === 0 || wanted.has(scenario.verdict)) && words.every((word) => text(scenario).includes(word));

function showVerdicts() {
  for (const [verdict, count] of counts) {
    if (count === 0) continue;
    const button = element("button", { type: "button", "aria-pressed": "false", "data-filter": verdict },
      mark(verdict), `${count.toLocaleString("en")} ${verdict}`);
    button.addEventListener("click", () => {
      if (!wanted.delete(verdict)) wanted.add(verdict);
      button.setAttribute("aria-pressed", String(wanted.has(verdict)));
      showFeatures();
    });
    document.getElementById("verdicts").append(button);
  }
}

function showAll() {
  wanted.clear();
  words = [];
  search.value = "";
  for (const button of document.querySelectorAll("[data-filter]")) button.setAttribute("aria-pressed", "false");
  showFeatures();
}

// --- The features

function showFeatures() {
  const isFiltered = wanted.size > 0 || words.length > 0;
  const made = [];
  let shown = 0;
  for (const feature of features) {
    const matching = feature.scenarios.filter(isShown);
    if (matching.length === 0) continue;
    const open = features.length === 1 || matching.some((it) => it.red) || isFiltered && shown < AT_ONCE;
    made.push(showFeature(feature, matching, open));
    shown += matching.length;
  }
  const main = document.getElementById("scenarios");
  main.replaceChildren(...made);
  if (shown === 0) main.append(element("p", { class: "soft" }, "No scenario matches."));
  document.getElementById("shown").textContent = isFiltered
    ? `${shown.toLocaleString("en")} of ${plural(scenarios.length, "scenario")} shown`
    : `${plural(scenarios.length, "scenario")} in ${plural(features.length, "feature")}`;
}

/// A `<details>` that is filled when it is opened for the first time.
function lazily(attributes, open, summary, fill) {
  const details = element("details", attributes, summary);
  details.fill = () => {
    details.fill = () => {};
    details.append(...fill());
  };
  details.addEventListener("toggle", () => details.open && details.fill());
  if (open) {
    details.open = true;
    details.fill();
  }
  return details;
}

function showFeature(feature, matching, open) {
  const red = matching.filter((it) => it.red).length;
  const summary = element("summary", {},
    element("h2", { class: "name" }, feature.name || feature.path),
    red > 0 ? element("span", { class: "badge", "data-verdict": "failed" }, `${red} red`) : null,
    element("span", { class: "end" }, plural(matching.length, "scenario")));
  const details = lazily({ class: "feature" }, open, summary, () => {
    const inside = element("div", { class: "inside" },
      feature.description ? element("p", { class: "description" }, unindented(feature.description)) : null);
    showScenarios(inside, feature, matching, undefined);
    return [inside];
  });
  details.feature = feature;
  return details;
}

function showScenarios(inside, feature, matching, lastRule) {
  let rule = lastRule;
  const first = matching.slice(0, AT_ONCE);
  for (const scenario of first) {
    if (scenario.rule !== rule && scenario.rule !== null) {
      const { keyword, name, description } = feature.rules[scenario.rule];
      inside.append(element("h3", {}, element("span", { class: "soft" }, `${keyword}: `), name));
      if (description) inside.append(element("p", { class: "description" }, unindented(description)));
    }
    rule = scenario.rule;
    inside.append(showScenario(scenario, scenario.red));
  }
  const rest = matching.slice(AT_ONCE);
  if (rest.length === 0) return;
  const more = element("button", { type: "button", class: "more" }, `Show ${plural(rest.length, "more scenario")}`);
  more.addEventListener("click", () => {
    more.remove();
    showScenarios(inside, feature, rest, rule);
  });
  inside.append(more);
}

const unindented = (description) => description.split("\n").map((line) => line.trim()).join("\n");

// --- A scenario

function showScenario(scenario, open) {
  const { verdict } = scenario;
  const issues = scenario.issues.map((issue) => `#${issue}`).join(", ");
  const badge = [verdict === "passed" ? "" : verdict, issues].filter(Boolean).join(" ");
  const summary = element("summary", {},
    mark(verdict),
    element("span", { class: "name" }, scenario.name || scenario.id),
    badge ? element("span", { class: "badge", "data-verdict": verdict }, badge) : null,
    element("span", { class: "end" }, seconds(scenario.seconds)));
  return lazily({ class: "scenario", id: scenario.id }, open, summary, () => [showStory(scenario)]);
}

function showStory(scenario) {
  const tags = scenario.tags.map((tag) => element("span", {}, `@${tag}`));
  const trouble = showTrouble(scenario);
  const stop = scenario.steps.findIndex((it) => it.function !== undefined);
  const before = trouble && scenario.isBeforeSteps;
  return element("div", { class: "story" },
    element("div", { class: "tags" },
      element("a", { class: "place", href: `#${encodeURI(scenario.id)}` }, scenario.id), tags),
    scenario.description ? element("p", { class: "description" }, unindented(scenario.description)) : null,
    before ? trouble : null,
    element("ol", { class: "steps" }, scenario.steps.map((step, index) => showStep(step, index === stop ? trouble : null))),
    trouble && !before && stop < 0 ? trouble : null,
    scenario.attached.length > 0 ? [heading(scenario, "Attached by hooks"), showAttached(scenario.attached)] : null,
    kept(scenario, "Evidence", scenario.evidence),
    kept(scenario, "Output", scenario.output),
    scenario.earlier.map((attempt, index) => showEarlier(scenario, attempt, index + 1)),
    again(scenario));
}

function showStep(step, trouble) {
  const verdict = step.status;
  return element("li", {},
    element("div", { class: step.seconds === null ? "step later" : "step" },
      mark(verdict),
      element("span", { class: "text" }, element("span", { class: "keyword" }, step.keyword), step.text,
        element("span", { class: "soft" }, verdict === "passed" ? "" : ` (${step.seconds === null ? "not run" : verdict})`)),
      element("span", { class: "end" }, step.seconds < 0.001 ? "" : seconds(step.seconds))),
    step.docstring === undefined ? null : element("pre", { class: "argument" }, step.docstring),
    step.table ? element("div", { class: "argument" }, showTable(step.table)) : null,
    showAttached(step.attached),
    trouble);
}

const showEarlier = (scenario, attempt, number) => [
  heading(scenario, `Attempt ${number}, which was repeated`),
  element("pre", { class: "kept", tabindex: "0" },
    [attempt.message, attempt.evidence, attempt.output].filter(Boolean).join("\n")),
  showAttached(attempt.attached),
];

// --- What was attached

const PICTURES = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;
const LOG = "text/x.cucumber.log+plain";
const COLOURS = /\x1b\[[0-9;]*m/g;

const address = (it, type) => it.data === undefined
  ? `data:${type};charset=utf-8,${encodeURIComponent(it.text)}` : `data:${type};base64,${it.data}`;

const showAttached = (attached) => attached.map((it) => element("figure", { class: "attached" },
  it.type === LOG ? null : element("figcaption", { class: "soft" }, [it.name, it.type, plural(it.size, "byte")].filter(Boolean).join(", ")),
  showBody(it)));

/// A picture is shown; a text is a text, and a link is one only to the web; anything else can be kept as a file, which
/// no browser takes for a page.
function showBody(it) {
  if (PICTURES.test(it.type)) return element("img", { src: address(it, it.type), alt: it.name ?? "attached picture" });
  if (it.type === "text/uri-list" && it.text !== undefined) return it.text.split(/\r?\n/).map(showLink);
  if (it.text !== undefined) return element("pre", { class: "kept", tabindex: "0" }, it.text.replace(COLOURS, ""));
  return element("a", { href: address(it, "application/octet-stream"), download: it.name ?? "attachment" }, "Keep as a file");
}

const showLink = (url) => element("p", {}, /^https?:\/\//i.test(url)
  ? element("a", { href: url, rel: "noreferrer" }, url) : url);

const showTable = (rows) => element("table", {}, element("tbody", {},
  rows.map((row) => element("tr", {}, row.map((cell) => element("td", {}, cell))))));

/// Why it did not simply pass, with the lines of a difference in colour.
function showTrouble(scenario) {
  if (!scenario.message) return null;
  let inDiff = false;
  const lines = scenario.message.split("\n").map((line) => {
    if (line.endsWith("- expected, + actual")) {
      inDiff = true;
      return `${line}\n`;
    }
    inDiff &&= /^ {2}[-+ ] /.test(line);
    const name = inDiff && { "-": "del", "+": "ins" }[line[2]];
    return name ? element(name, {}, `${line}\n`) : `${line}\n`;
  });
  const step = scenario.steps.find((it) => it.function !== undefined);
  return element("div", { class: "trouble", "data-verdict": scenario.verdict },
    element("pre", { class: "message" }, lines),
    step ? element("p", { class: "soft" }, element("code", {}, `${scenario.feature.path}:${step.line}`), " calls ",
      element("code", {}, step.function)) : null);
}

/// A heading below that of the rule, or of the feature where there is none: no level is left out.
const heading = (scenario, title) => element("h4", { "aria-level": scenario.rule === null ? "3" : "4" }, title);

const kept = (scenario, title, body) => body ? [heading(scenario, title), element("pre", { class: "kept", tabindex: "0" }, body)] : [];

function again(scenario) {
  const command = element("code", {}, scenario.again);
  const button = element("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(scenario.again);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(command);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return element("div", { class: "again" }, element("span", { class: "soft" }, "Run again:"), command, button);
}

// --- Getting around

function reveal(scenario) {
  let details = document.getElementById(scenario.id);
  if (!details) {
    const features = [...document.querySelectorAll(".feature")];
    const feature = features.find((it) => it.feature === scenario.feature);
    if (feature) {
      feature.open = true;
      feature.fill();
    }
    for (let more; !(details = document.getElementById(scenario.id)) && (more = feature?.querySelector(".more"));) more.click();
  }
  if (!details) return;
  details.closest(".feature").open = true;
  details.open = true;
  details.fill();
  details.scrollIntoView();
  details.querySelector("summary").focus({ preventScroll: true });
}

function followHash() {
  const id = decodeURI(location.hash.slice(1));
  const scenario = scenarios.find((it) => it.id === id);
  if (!scenario) return;
  if (!isShown(scenario)) showAll();
  reveal(scenario);
}

function nextRed() {
  const shown = reds.filter(isShown);
  const at = document.activeElement?.closest(".scenario")?.id;
  const next = shown[shown.findIndex((it) => it.id === at) + 1] ?? shown[0];
  if (next) reveal(next);
}

let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    showFeatures();
  }, scenarios.length > 2000 ? 150 : 0);
});
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "n") nextRed();
});
addEventListener("hashchange", followHash);

showHead();
showVerdicts();
showFeatures();
followHash();

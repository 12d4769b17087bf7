// Whether all is well: the figures of the whole group, and what is in the way.
import { useEffect } from "preact/hooks";
import { concerns, incidents, told } from "./incidents.js";
import { duration, number, percent, time, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { undecided } from "./sums.js";

/** No event carries the group, so it is asked for; the verifier looks no oftener than every 3 seconds. */
const EVERY_MS = 5000;
/** The lag that a group works off within this time needs nobody. */
const USUAL_LAG_MS = 10_000;
const USUAL_LAG = 1000;
const USUAL_UNDECIDED = 0.05;
/** Of fewer verdicts a share says nothing. */
const LEAST_VERDICTS = 20;
/** A few references are unusable anywhere: of its own kind a model takes one in a thousand for another. */
const USUAL_UNUSABLE = 0.05;
const UNDECIDED = "#/verdicts?outcome=UNDECIDED";
const RECENT_WINDOWS = 6;

/** @returns {value, error} of v1/group, and models of v1/models */
export function useGroup(stream) {
  const { value: board } = useData(stream, "v1/models", "models");
  const { value, error, reload } = useData(stream, "v1/group");
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return { value, error, models: board?.models };
}

/**
 * @param group undefined until it is read
 * @param models all versions; undefined until they are read
 * @param alarms undefined until they are read
 * @param unread why they can't be read
 * @param found the windows of all sources that are on show; undefined where none are counted
 * @param shown what the windows on show are of, where that isn't everything
 */
export function Status({ group, error, models, alarms, unread, found, size, shown }) {
  if (!group || !(alarms || unread)) {
    return html`<p class=${error ? "notice" : "empty"} role="status">${error ? `Whether all is well isn't known: ${error}` : "Reading."}</p>`;
  }
  const recent = found && recently(found.windows, size);
  const open = undecided(recent ?? []);
  // Of some of the verdicts no rate of the whole group is known.
  const perSecond = recent && !shown ? (open.verdicts * 1000) / (size * RECENT_WINDOWS) : undefined;
  const many = open.share > USUAL_UNDECIDED && open.verdicts >= LEAST_VERDICTS;
  const troubles = [
    ...(error ? [{ text: `This verifier doesn't say how things are now; these figures are of ${time(group.timeMs)}: ${error}` }] : []),
    ...unknownOf(group, alarms, unread),
    ...troublesOf(group, alarms, perSecond),
    ...unusableOf(group.serving, models ?? []),
    ...(many ? [{ text: `${percent(open.share)} of the latest verdicts${shown ? ` (${shown})` : ""} decided nothing, most for the reason “${words(open.most)}”`, href: UNDECIDED }] : []),
  ];
  const raised = alarms?.filter((alarm) => concerns(alarm, group.serving)).length;
  const ready = group.verifiers.filter((each) => each.ready).length;
  const figures = [
    ["verifiers ready", `${ready} of ${group.verifiers.length}`, ready < group.verifiers.length],
    ["alarms about what serves", number(raised), raised > 0, "#/alarms"],
    ...(found ? [[`undecided, last ${duration(size * RECENT_WINDOWS)}${shown ? `, ${shown}` : ""}`, percent(open.share), many, open.verdicts > 0 && UNDECIDED]] : []),
    ["dead letters, last hour", letters(group), group.deadLetters > 0, "#/dead-letters"],
    ["probes not judged yet", number(group.lag), late(group, perSecond)],
    ["serving", group.serving, false, "#/models"],
  ];
  return html`<section class=${`status ${troubles.length ? "not" : ""}`} aria-label="The whole group now">
    <h2><span aria-hidden="true">${troubles.length ? "!" : "✓"}</span> <span role="status">${troubles.length
      ? `${troubles.length === 1 ? "One thing needs" : `${troubles.length} things need`} a look`
      : "All is well"}</span></h2>
    ${troubles.length > 0 && html`<ul class="troubles">${troubles.map((each) => html`<li key=${each.text}>
      ${each.href ? html`<a href=${each.href}>${each.text}</a>` : each.text}</li>`)}</ul>`}
    <dl class="figures">
      ${figures.map(([name, value, bad, href]) => html`<div key=${name} class=${bad ? "bad" : ""}>
        <dt>${name}</dt><dd>${href ? html`<a href=${href}>${value}</a>` : value}</dd></div>`)}
    </dl>
  </section>`;
}

/** Nobody may take for well what isn't known. */
const unknownOf = ({ lag, deadLetters }, alarms, unread) =>
  [
    !alarms && `Whether alarms are raised isn't known: ${unread}`,
    lag == null && "How many probes wait isn't known: the brokers don't say",
    deadLetters == null && "Whether records couldn't be judged isn't known: the topic of dead letters can't be read",
  ]
    .filter(Boolean)
    .map((text) => ({ text }));

function troublesOf(group, alarms, perSecond) {
  const troubles = [];
  for (const verifier of group.verifiers) {
    const reasons = verifier.reasons.length || verifier.ready ? verifier.reasons : ["it doesn't say why"];
    reasons.forEach((reason) => {
      troubles.push({ text: `${verifier.instance} ${verifier.ready ? "says" : "isn't ready"}: ${reason}` });
    });
  }
  for (const incident of incidents(alarms ?? []).filter((each) => each.alarms.some((alarm) => concerns(alarm, group.serving)))) {
    troubles.push({ text: `${told(incident)}, since ${time(incident.fromMs)}`, href: `#/alarms` });
  }
  if (late(group, perSecond)) {
    // Where one partition has the probes, further verifiers would find nothing to do.
    const advice = group.warnings.length ? "" : ": add verifiers if that grows";
    troubles.push({ text: `${number(group.lag)} probes aren't judged yet${workOf(group.lag, perSecond)}${advice}` });
  }
  group.warnings.forEach((text) => troubles.push({ text }));
  if (group.deadLetters > 0) {
    troubles.push({ text: `${letters(group)} ${group.deadLetters === 1 ? "record" : "records"} of the last hour couldn't be judged: see why`, href: "#/dead-letters" });
  }
  return troubles;
}

/** Whose references can't be used is never matched, by the verifier that can use fewest of its part. */
function unusableOf(serving, models) {
  const instances = models.find((each) => `${each.name}/${each.version}` === serving)?.instances ?? [];
  const share = Math.max(0, ...instances.map((each) => each.unusableReferences / (each.gallerySize + each.unusableReferences) || 0));
  return share > USUAL_UNUSABLE ? [{ text: `${serving} can't use ${percent(share)} of the references: see which, and why`, href: "#/subjects" }] : [];
}

const late = ({ lag }, perSecond = 0) => lag > Math.max(USUAL_LAG, (perSecond * USUAL_LAG_MS) / 1000);

function workOf(lag, perSecond) {
  if (perSecond === undefined) {
    return "";
  }
  return perSecond ? `, ${duration((1000 * lag) / perSecond)} of work at the present rate` : ", and none is being judged";
}

const letters = ({ deadLetters, mostDeadLetters }) =>
  deadLetters === mostDeadLetters ? `${deadLetters} or more` : number(deadLetters);

/** The latest windows that are whole; the newest still fills. */
function recently(windows, size) {
  const now = Math.floor(Date.now() / size) * size;
  return windows.filter((each) => each.startMs < now && each.startMs >= now - RECENT_WINDOWS * size);
}

// Alarms as people speak of them: those that belong together, what happened, and what to do.
import { duration, number, percent, words } from "./format.js";

/** Alarms of one source within this time are one incident. */
const SAME_SOURCE_MS = 600_000;
/** Alarms of one version within this time are one incident, whatever their sources. */
const SAME_MODEL_MS = 60_000;
/** A version that began to serve so shortly before is likely the cause. */
const SWAP_MS = 600_000;
/** The windows before an alarm that show how it came. */
const WINDOWS_BEFORE = 6;

/**
 * Groups alarms into incidents, raised ones first, then the newest: {alarms, raised, fromMs, toMs}. An alarm that belongs to
 * several makes them one.
 */
export function incidents(alarms) {
  let groups = [];
  for (const alarm of [...alarms].sort((a, b) => a.raisedAtMs - b.raisedAtMs)) {
    const isOwn = (members) => members.some((each) => belongs(each, alarm));
    groups = [...groups.filter((members) => !isOwn(members)), [...groups.filter(isOwn).flat(), alarm]];
  }
  return groups
    .map((members) => ({
      alarms: members,
      raised: members.some((each) => each.state === "RAISED"),
      fromMs: Math.min(...members.map((each) => each.raisedAtMs)),
      toMs: Math.max(...members.map((each) => each.clearedAtMs ?? each.raisedAtMs)),
    }))
    .sort((a, b) => b.raised - a.raised || b.fromMs - a.fromMs);
}

function belongs(before, alarm) {
  const apart = alarm.raisedAtMs - before.raisedAtMs;
  return (
    (before.state === alarm.state || alarm.raisedAtMs <= (before.clearedAtMs ?? Infinity)) &&
    ((before.source === alarm.source && apart <= SAME_SOURCE_MS) ||
      (before.model === alarm.model && before.kind === alarm.kind && apart <= SAME_MODEL_MS))
  );
}

/** Whether an alarm needs a look now: it is raised, and its version serves. What a version did that no longer serves stays listed. */
export const concerns = (alarm, serving) => alarm.state === "RAISED" && alarm.model === serving;

/** One line: what happened, and where. */
export function told({ alarms }) {
  const kinds = [...new Set(alarms.map(kindOf))];
  const sources = sourcesOf(alarms);
  const happened = listed(kinds.map((kind, i) => (i ? lower(HAPPENED[kind] ?? kind) : (HAPPENED[kind] ?? kind))));
  return `${happened} from ${sources.length > 3 ? `${sources.length} sources` : listed(sources)}`;
}

export const sourcesOf = (alarms) => [...new Set(alarms.map((each) => each.source))];

/** One alarm in a sentence with its numbers. */
export function sentence(alarm) {
  const { observed, expected } = alarm;
  const where = `${words(alarm.task)} from ${alarm.source}`;
  switch (alarm.kind) {
    case "MATCH_RATE":
      return `${where}: ${percent(observed)} of the decided probes matched, ${percent(expected)} did before.`;
    case "SCORES":
      return `${where}: the scores lie otherwise than those that ${alarm.model} was released with; the difference is ${number(observed)}, up to ${number(expected)} is usual.`;
    case "DOMAIN":
      return `${where}: ${percent(observed)} of the pictures are of another kind than ${alarm.model} was trained for, at most ${percent(expected)} is usual.`;
    default:
      return `${where}: ${alarm.reason}`;
  }
}

/** What to do, the likeliest first. */
export function advice({ alarms, fromMs }, activations, nowMs = Date.now()) {
  const kinds = new Set(alarms.map(kindOf));
  const serving = activations.findLast((each) => each.slot === "serving" && Date.parse(each.effectiveAt) <= nowMs);
  const isOver = serving && alarms.some((each) => each.state === "RAISED") && !alarms.some((each) => concerns(each, `${serving.name}/${serving.version}`));
  const swap = activations.findLast(
    (each) => each.slot === "serving" && Date.parse(each.effectiveAt) <= fromMs && fromMs - Date.parse(each.effectiveAt) < SWAP_MS,
  );
  return [
    isOver && `${serving.name}/${serving.version} serves now, so nothing need be done about verdicts to come: the alarm clears a day after the last verdict that it is about.`,
    swap && `${swap.name}/${swap.version} began to serve ${duration(fromMs - Date.parse(swap.effectiveAt))} before: if its verdicts are worse, roll back under Models.`,
    kinds.has("DOMAIN") && "Look at the pictures: if a camera, a crop or a form has changed, set it right there; if such pictures are to stay, train a version with them.",
    kinds.has("FEWER") && "Look at the verdicts of that time: bad pictures or lost references match less, and so do more strangers, which is no fault.",
    kinds.has("MORE") && "Look at the verdicts of that time: if strangers match, choose a stricter target rate or another version; if known people come more often, it is no fault.",
    kinds.has("SCORES") && "Compare the pictures with those of before: light, resolution and paper move scores first, before matches change.",
    alarms.every((each) => each.state === "RAISED")
      ? !isOver && "The alarm clears by itself once the figures are as before."
      : alarms.every((each) => each.state === "CLEARED") && "The figures are as before again.",
  ].filter(Boolean);
}

/** The address of the verdicts of an incident's time, of one of its sources. */
export function verdictsOf(incident, source) {
  const own = incident.alarms.filter((each) => each.source === source);
  const size = Math.max(...own.map((each) => each.windowSizeMs));
  const from = Math.min(...own.map((each) => each.raisedAtMs)) - WINDOWS_BEFORE * size;
  const to = Math.max(...own.map((each) => each.raisedAtMs)) + size;
  return `#/verdicts?${new URLSearchParams({ source, from, to })}`;
}

const kindOf = ({ kind, observed, expected }) => (kind === "MATCH_RATE" ? (observed < expected ? "FEWER" : "MORE") : kind);

const HAPPENED = {
  FEWER: "Fewer matches",
  MORE: "More matches",
  SCORES: "Other scores",
  DOMAIN: "Other pictures",
};

const listed = (parts) => (parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts[0]);

const lower = (text) => text[0].toLowerCase() + text.slice(1);

// Figures of match windows. A window is as in the API; starts are in milliseconds.
export const SCORE_BINS = 100;

export const decided = (sums) => sums.matches + sums.nonMatches;

/** Share of matches of the decided verdicts; null where there are none. */
export const rate = (sums) => (decided(sums) ? sums.matches / decided(sums) : null);

/** Which share of the verdicts decided nothing, and the reason that most of them have. */
export function undecided(windows) {
  const byReason = {};
  let verdicts = 0;
  for (const window of windows) {
    verdicts += window.verdicts;
    for (const [reason, count] of Object.entries(window.undecided)) {
      byReason[reason] = (byReason[reason] ?? 0) + count;
    }
  }
  const count = Object.values(byReason).reduce((sum, each) => sum + each, 0);
  const [most] = Object.entries(byReason).sort((a, b) => b[1] - a[1])[0] ?? [];
  return { verdicts, share: verdicts ? count / verdicts : null, most };
}

/** Milliseconds that a share of the verdicts took at most; null where there are none. */
export function latency(counts, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = share * total;
  for (let i = 0; i < counts.length; i++) {
    left -= counts[i];
    if (left <= 0 && total) {
      return i === 0 ? 1 : 2 ** (i / 8);
    }
  }
  return null;
}

/** The windows added up. */
export function added(windows) {
  const sums = { verdicts: 0, matches: 0, nonMatches: 0, scores: [], latencies: [], thresholdMin: 1, thresholdMax: 0 };
  for (const window of windows) {
    sums.verdicts += window.verdicts;
    sums.matches += window.matches;
    sums.nonMatches += window.nonMatches;
    addCounts(sums.scores, window.scores);
    addCounts(sums.latencies, window.latencies);
    sums.thresholdMin = Math.min(sums.thresholdMin, window.thresholdMin ?? 1);
    sums.thresholdMax = Math.max(sums.thresholdMax, window.thresholdMax ?? 0);
  }
  return sums;
}

/** By a name of theirs, in the order in which the names come. */
export function grouped(windows, name) {
  const groups = new Map();
  for (const window of windows) {
    const group = groups.get(window[name]);
    if (group) {
      group.push(window);
    } else {
      groups.set(window[name], [window]);
    }
  }
  return groups;
}

/** Every start from the first window's to the last one's, those without a window, too. */
export function starts(windows, sizeMs) {
  const all = [];
  if (windows.length) {
    for (let start = windows[0].startMs; start <= windows[windows.length - 1].startMs; start += sizeMs) {
      all.push(start);
    }
  }
  return all;
}

function addCounts(sums, counts) {
  counts.forEach((count, i) => {
    sums[i] = (sums[i] ?? 0) + count;
  });
}

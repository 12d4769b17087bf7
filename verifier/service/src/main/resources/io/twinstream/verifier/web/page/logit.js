// Log odds, the scale of scores: the matcher adds up evidence there, and what is near 0 or 1 comes apart.

/** The axes end here, at a score of 0.0005 and of 0.9995. */
export const MOST_LOGIT = Math.log(0.9995 / 0.0005);

export function logit(score) {
  const value = Math.log(score / (1 - score));
  return Math.max(-MOST_LOGIT, Math.min(MOST_LOGIT, value));
}

/** Where a score lies on the axis, from 0 at its left end to 1 at its right one. */
export const share = (score) => (logit(score) + MOST_LOGIT) / (2 * MOST_LOGIT);

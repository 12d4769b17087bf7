// Error rates from histograms of scores, and the axis that they are shown on.

/** At the lower edge of each bin: the share of impostors at or above it, and of genuine pairs below. */
export function rates(genuine, impostor) {
  const sum = (counts) => counts.reduce((total, count) => total + count, 0);
  const genuineTotal = sum(genuine);
  const impostorTotal = sum(impostor);
  let above = impostorTotal;
  let under = 0;
  return impostor.map((count, bin) => {
    const at = { fmr: above / impostorTotal, fnmr: under / genuineTotal };
    above -= count;
    under += genuine[bin];
    return at;
  });
}

const A = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const C = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

/** The normal distribution's quantile of a share above 0 and below 1, to nine digits (Acklam's approximation). */
export function deviate(share) {
  if (share > 1 - TAIL) {
    return -deviate(1 - share);
  }
  if (share < TAIL) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = share - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

const polynomial = (coefficients, x) => coefficients.reduce((sum, each) => sum * x + each, 0);

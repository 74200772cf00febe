/** Base-two logarithm by squaring: only the four operations, so the same bits everywhere. */
function log2(value: number): number {
  let whole = 0;
  let rest = value;
  for (; rest >= 2; rest /= 2) whole++;
  let result = whole;
  for (let bit = 0.5; bit > 1e-15; bit /= 2) {
    rest *= rest;
    if (rest < 2) continue;
    rest /= 2;
    result += bit;
  }
  return result;
}

/** The natural logarithm of 10. */
const LN10 = 2_302_585_092_994 / 1e12;

/** 10 to a power, by the series of e^x. */
function exp10(power: number): number {
  const x = power * LN10;
  let [term, sum] = [1, 1];
  for (let n = 1; n < 60; n++) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

/** `--cpu-shares` as a cgroup v2 weight (runc, ConvertCPUSharesToCgroupV2Value). @sim exact */
export function weightOf(shares: number): number {
  if (shares === 0) return 100;
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const l = log2(shares);
  return Math.ceil(exp10((l * l + 125 * l) / 612 - 7 / 34) - 1e-9);
}

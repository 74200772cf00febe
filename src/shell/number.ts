const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  kB: 1000,
  k: 1024,
  K: 1024,
  MB: 1000 ** 2,
  m: 1024 ** 2,
  M: 1024 ** 2,
  GB: 1000 ** 3,
  g: 1024 ** 3,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

/** A count with a unit, as head, tail and dd read it: `10`, `-3`, `4K`; undefined when it is none. */
export function countOf(text: string): number | undefined {
  const match = /^([-+]?\d+)([a-zA-Z]*?)(?:iB)?$/.exec(text);
  const unit = match?.[2] ?? '';
  return match && Object.hasOwn(UNITS, unit) ? Number(match[1]) * (UNITS[unit] as number) : undefined;
}

/** `1.5G`, `12K`: sizes in powers of 1024 for `-h`, rounded up as GNU does. */
export function humanSize(bytes: number): string {
  const letters = ['', 'K', 'M', 'G', 'T', 'P'];
  let size = bytes;
  let power = 0;
  while (size >= 1024 && power < letters.length - 1) {
    size /= 1024;
    power++;
  }
  if (power === 0) return String(bytes);
  const tenths = Math.ceil(size * 10);
  if (tenths < 100) return `${Math.floor(tenths / 10)}.${tenths % 10}${letters[power]}`;
  const whole = Math.ceil(size);
  return whole === 1024 && power < letters.length - 1 ? `1.0${letters[power + 1]}` : `${whole}${letters[power]}`;
}

/** Seconds of `10`, `0.5`, `2m`, `1d`, in microseconds; undefined when it is no interval. */
export function intervalOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (!match) return text === 'infinity' || text === 'inf' ? Number.MAX_SAFE_INTEGER / 4 : undefined;
  const seconds = { '': 1, s: 1, m: 60, h: 3600, d: 86400 }[match[2] as string] ?? 1;
  return Math.min(Math.ceil(Number(match[1]) * seconds * 1e6), Number.MAX_SAFE_INTEGER / 4);
}

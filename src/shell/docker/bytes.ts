export const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?i?b?)$/i;

/** `64m` → bytes; powers of 1024 (go-units, RAMInBytes). */
export function parseBytes(value: string): number {
  const match = SIZE.exec(value);
  if (!match) return Number(value);
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase().charAt(0).replace('b', ''));
  return Math.floor(Number(match[1]) * 1024 ** Math.max(0, power));
}

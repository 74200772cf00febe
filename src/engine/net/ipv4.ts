/** An IPv4 address as an unsigned 32-bit number; undefined when the text is none. */
export function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export const formatIPv4 = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

export interface Prefix {
  readonly address: number;
  readonly length: number;
}

/** `172.17.0.1/16`, or an address alone (then /32). The host bits stay. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address, length] = text.split('/') as [string, string?];
  const parsed = parseIPv4(address);
  const bits = length === undefined ? 32 : /^\d{1,2}$/.test(length) ? Number(length) : 99;
  return parsed === undefined || bits > 32 ? undefined : { address: parsed, length: bits };
}

export const maskOf = (length: number): number => (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

export const networkOf = (prefix: Prefix): number => (prefix.address & maskOf(prefix.length)) >>> 0;

export const broadcastOf = (prefix: Prefix): number => (networkOf(prefix) | ~maskOf(prefix.length)) >>> 0;

export const contains = (prefix: Prefix, address: number): boolean =>
  (address & maskOf(prefix.length)) >>> 0 === networkOf(prefix);

export const overlap = (a: Prefix, b: Prefix): boolean =>
  a.length <= b.length ? contains(a, b.address) : contains(b, a.address);

export const formatPrefix = (prefix: Prefix): string => `${formatIPv4(prefix.address)}/${prefix.length}`;

import { dateAndTime } from '../../engine/core/calendar.ts';
import type { Micros } from '../../engine/core/units.ts';
import { MS, SECOND } from '../../engine/core/units.ts';
import { BOOT_EPOCH } from '../../engine/core/world.ts';
import {
  parseTemplate,
  runTemplate,
  type TemplateOptions,
  type TemplateValue,
  unescapeFormat,
} from '../../engine/docker/template.ts';
import { dayNumber } from '../clock.ts';
import type { Docker } from './command.ts';

/** Columns as Go's tabwriter sets them: at least ten wide unless said otherwise, three blanks between. */
export function table(rows: readonly (readonly string[])[], least = 10): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.slice(0, -1).entries()) widths[i] = Math.max(widths[i] ?? least, cell.length + 3);
  return rows
    .map(
      (row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number))).join('')}\n`,
    )
    .join('');
}

export interface Listing {
  readonly columns: readonly (readonly [header: string, field: string])[];
  /** Headers of fields that only a custom format shows. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, TemplateValue>>[];
  /** The Go type that a wrong field names. */
  readonly type: string;
  readonly methods?: (row: number) => TemplateOptions['methods'];
  /** `-q`: only this field. */
  readonly quiet?: string;
}

/** Prints a listing: as a table, by `--format`, or only ids. Gives the status. */
export function printListing(docker: Docker, listing: Listing, format: string): number {
  if (listing.quiet !== undefined && format === '') {
    for (const row of listing.rows) docker.out(`${row[listing.quiet]}\n`);
    return 0;
  }
  if (format === '' || format === 'table') {
    const rows = listing.rows.map((row) => listing.columns.map(([, field]) => String(row[field] ?? '')));
    docker.out(table([listing.columns.map(([header]) => header), ...rows]));
    return 0;
  }
  const asTable = /^table\s+/.exec(format);
  const source = format === 'json' ? '{{json .}}' : unescapeFormat(asTable ? format.slice(asTable[0].length) : format);
  const parsed = parseTemplate(source);
  if ('error' in parsed) {
    docker.err(`template parsing error: ${parsed.error}\n`);
    return 64;
  }
  const lines: string[] = [];
  const rows = listing.rows.map((row) => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const [i, row] of rows.entries()) {
    const methods = listing.methods?.(i);
    const made = runTemplate(parsed.nodes, row, { type: listing.type, ...(methods ? { methods } : {}) });
    if (made.error !== undefined) {
      docker.err(`failed to execute template: ${made.error}\n`);
      return 1;
    }
    lines.push(made.text);
  }
  if (!asTable) docker.out(lines.map((line) => `${line}\n`).join(''));
  else docker.out(table([headerOf(source, listing), ...lines].map((line) => line.split('\t'))));
  return 0;
}

function headerOf(source: string, listing: Listing): string {
  return source.replace(
    /\{\{[^}]*?\.(\w+)(?:\s+"([^"]*)")?[^}]*\}\}/g,
    (_all, field: string, argument?: string) => argument ?? listing.headers[field] ?? field.toUpperCase(),
  );
}

/** `2026-11-25T04:03:03.408695531Z` */
export function isoTime(at: Micros | undefined): string {
  if (at === undefined) return '0001-01-01T00:00:00Z';
  const [date, time] = dateAndTime(at);
  const micros = ((at % SECOND) + SECOND) % SECOND;
  const fraction = `${String(micros).padStart(6, '0')}001`.replace(/0+$/, '');
  return `${date}T${time}.${fraction}Z`;
}

/** `2006-01-02T15:04:05Z`, seconds since 1970, or a duration back from now (`5m`); undefined when it is none of them. */
export function parseMoment(text: string, now: Micros): Micros | undefined {
  const unix = /^(\d{9,})(?:\.(\d+))?$/.exec(text);
  if (unix) return (Number(unix[1]) - BOOT_EPOCH) * SECOND + Math.floor(Number(`0.${unix[2] ?? '0'}`) * SECOND);
  if (/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) {
    let back = 0;
    for (const [, n, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
      back += Number(n) * ({ ms: MS, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND }[unit as 'ms'] ?? 0);
    return now - Math.floor(back);
  }
  const date = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(?:\.(\d+))?Z?)?$/.exec(text);
  if (!date) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = date.slice(1, 7).map((part) => Number(part ?? 0));
  const seconds =
    dayNumber(year as number, month as number, day as number) * 86400 + hour * 3600 + minute * 60 + second;
  return (seconds - BOOT_EPOCH) * SECOND + Math.floor(Number(`0.${date[7] ?? '0'}`) * SECOND);
}

/** `2026-11-25 04:03:03 +0000 UTC` */
export function goTime(at: Micros): string {
  const [date, time] = dateAndTime(at);
  return `${date} ${time} +0000 UTC`;
}

/** `5 seconds`, `About a minute`, `3 hours` … (go-units, HumanDuration). */
export function humanDuration(micros: Micros): string {
  const seconds = Math.floor(micros / SECOND);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  return hours < 24 * 365 * 2 ? `${Math.floor(hours / 24 / 30)} months` : `${Math.floor(hours / 24 / 365)} years`;
}

/** `15.6MB`: powers of 1000, four digits (go-units, HumanSizeWithPrecision). */
export function humanSize(bytes: number, precision = 4): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(precision))}${units[unit]}`;
}

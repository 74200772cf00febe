import { BOOT_EPOCH } from '../../engine/core/world.ts';
import { stat } from '../../engine/linux/vfs.ts';
import { dayNumber, epochSeconds, strftime } from '../clock.ts';
import { defineCommand } from '../command.ts';

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86400,
  week: 604800,
};

/** `@seconds`, `2026-11-25 [04:00[:00]]`, `now`, `-5 minutes`, `1 hour ago`. */
function parseDate(text: string, now: number): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^@-?\d+(\.\d+)?$/.test(trimmed)) return Math.floor(Number(trimmed.slice(1)));
  if (trimmed === 'now' || trimmed === '' || trimmed === 'today') return now;
  if (trimmed === 'yesterday') return now - 86400;
  if (trimmed === 'tomorrow') return now + 86400;
  const day = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?(?:z| ?utc)?$/.exec(trimmed);
  if (day) {
    const [, y, m, d, hour = 0, minute = 0, second = 0] = day;
    return (
      dayNumber(Number(y), Number(m), Number(d)) * 86400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)
    );
  }
  const span = /^([-+]?\d+)\s*(sec|second|min|minute|hour|day|week)s?(\s+ago)?$/.exec(trimmed);
  if (span) return now + Number(span[1]) * (UNITS[span[2] as string] as number) * (span[3] ? -1 : 1);
  return undefined;
}

defineCommand<'date' | 'utc' | 'iso' | 'reference' | 'rfc' | 'set'>({
  name: 'date',
  summary: 'Display date and time in the given FORMAT.',
  usage: '[OPTION]... [+FORMAT]',
  flags: {
    date: { short: 'd', long: 'date', value: 'STRING', help: "display time described by STRING, not 'now'" },
    iso: { short: 'I', long: 'iso-8601', value: 'FMT', optional: true, help: 'output date/time in ISO 8601 format' },
    reference: { short: 'r', long: 'reference', value: 'FILE', help: 'display the last modification time of FILE' },
    rfc: { short: 'R', long: 'rfc-email', help: 'output date and time in RFC 5322 format' },
    set: { short: 's', long: 'set', value: 'STRING', help: 'set time described by STRING' },
    utc: { short: 'u', long: 'utc', help: 'print Coordinated Universal Time (UTC)' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    const now = epochSeconds(sys.now);
    let seconds = now;
    let micros = Math.floor(sys.now - (now - BOOT_EPOCH) * 1e6);
    const text = flags.value('date');
    if (flags.has('set')) return ctx.fail('cannot set date: Operation not permitted');
    if (text !== undefined) {
      const parsed = parseDate(text, now);
      if (parsed === undefined) return ctx.fail(ctx.busybox ? `invalid date '${text}'` : `invalid date ‘${text}’`);
      if (parsed !== now) micros = 0;
      seconds = parsed;
    }
    const reference = flags.value('reference');
    if (reference !== undefined) {
      const found = stat(sys.tx, sys.self, reference);
      if (!found.ok) return ctx.refuse(reference, found.error);
      seconds = epochSeconds(found.value.mtime);
    }
    const format = ctx.operands[0];
    if (format !== undefined && !format.startsWith('+'))
      return ctx.fail(ctx.busybox ? `invalid date '${format}'` : `invalid date ‘${format}’`);
    const iso = flags.has('iso')
      ? flags.value('iso') === undefined || flags.value('iso') === 'date'
        ? '%Y-%m-%d'
        : '%Y-%m-%dT%H:%M:%S+00:00'
      : undefined;
    const shape =
      format?.slice(1) ?? iso ?? (flags.has('rfc') ? '%a, %d %b %Y %H:%M:%S +0000' : '%a %b %e %H:%M:%S UTC %Y');
    ctx.out(`${strftime(shape, seconds, micros)}\n`);
    return 0;
  },
});

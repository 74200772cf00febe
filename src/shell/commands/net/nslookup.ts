import { formatIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { type Answer, answerOf, isLookup, type Lookup, lookupWait, nameservers, query } from '../../net/resolve.ts';

interface Asking {
  readonly lookup: Lookup;
  /** Nothing has been printed before the first answer. */
  readonly first: boolean;
  readonly failed: boolean;
}

/** busybox's nslookup asks for A, then AAAA, and says of each what came. */
function start(ctx: Context): Step {
  const [name, server = nameservers(ctx.sys)[0]] = ctx.argv.slice(1).filter((word) => !word.startsWith('-'));
  if (name === undefined) return ctx.fail('missing operand', 1);
  if (server === undefined) return timedOut(ctx);
  return next(ctx, query(ctx.sys, name, server, 'A'), { name, server, first: true, failed: false, type: 'A' });
}

interface Where {
  readonly name: string;
  readonly server: string;
  readonly first: boolean;
  readonly failed: boolean;
  readonly type: Lookup['type'];
}

function timedOut(ctx: Context): number {
  ctx.err(';; connection timed out; no servers could be reached\n\n');
  return 1;
}

function next(ctx: Context, answer: Answer | Lookup, where: Where): Step {
  if (isLookup(answer)) {
    const state: Asking = { lookup: answer, first: where.first, failed: where.failed };
    return { state, wait: lookupWait(ctx.sys, answer) };
  }
  if (answer.kind === 'failed') return timedOut(ctx);
  if (where.first) ctx.out(`Server:\t\t${where.server}\nAddress:\t${where.server}:53\n\n`);
  if (answer.kind === 'address') ctx.out(`Name:\t${where.name}\nAddress: ${formatIPv4(answer.address)}\n\n`);
  else ctx.out(`** server can't find ${where.name}: NXDOMAIN\n\n`);
  const failed = where.failed || answer.kind === 'missing';
  if (where.type === 'AAAA') return failed ? 1 : 0;
  const second = { ...where, type: 'AAAA' as const, first: false, failed };
  return next(ctx, query(ctx.sys, where.name, where.server, 'AAAA'), second);
}

function resume(ctx: Context, state: unknown): Step {
  const { lookup, first, failed } = state as Asking;
  return next(ctx, answerOf(ctx.sys, lookup), {
    name: lookup.name,
    server: lookup.server,
    first,
    failed,
    type: lookup.type,
  });
}

defineCommand({ name: 'nslookup', summary: 'Query DNS about HOST.', raw: true, start, resume });

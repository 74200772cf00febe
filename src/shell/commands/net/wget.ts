import { writeFile } from '../../../engine/linux/change.ts';
import { formatIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { type Fetched, type Fetching, goOn, parseUrl, startFetch } from '../../net/fetch.ts';

type K = 'quiet' | 'output' | 'timeout' | 'spider' | 'server' | 'header' | 'tries';

const reasonOf = (head: string): string => /^HTTP\/\S+ (.*?)\r?\n/.exec(head)?.[1] ?? '';

function start(ctx: Context<K>): Step {
  const [text] = ctx.operands;
  if (text === undefined)
    return ctx.busybox
      ? ctx.fail('missing URL', 1)
      : ctx.fail("missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.", 1);
  const url = parseUrl(text);
  if (!url) return ctx.fail(`bad address '${text}'`, 1);
  if (url.scheme === 'https') {
    return ctx.omit('https');
  }
  const request = `GET ${url.path} HTTP/1.1\r\nHost: ${url.host}${url.port === 80 ? '' : `:${url.port}`}\r\nUser-Agent: Wget\r\nConnection: close\r\n\r\n`;
  const timeout = ctx.flags.value('timeout') ?? '900';
  if (!/^\d+$/.test(timeout)) return ctx.fail(`invalid number '${timeout}'`, 1);
  const seconds = Number(timeout);
  return settle(ctx, startFetch(ctx.sys, url, request, seconds));
}

function settle(ctx: Context<K>, fetched: Fetched): Step {
  if (fetched.kind === 'going') return { state: fetched.state, wait: fetched.wait };
  if (fetched.kind === 'failed') return failed(ctx, fetched);
  if (fetched.status >= 400) return ctx.fail(`server returned error: HTTP/1.1 ${reasonOf(fetched.head)}`, 1);
  if (ctx.flags.has('spider')) return 0;
  const path = parseUrl(ctx.operands[0] ?? '')?.path ?? '/';
  const target = ctx.flags.value('output') ?? (path.split('?')[0]?.split('/').at(-1) || 'index.html');
  if (target === '-') ctx.out(fetched.body);
  else {
    const written = writeFile(ctx.sys.tx, ctx.sys.self, target, fetched.body);
    if (!written.ok) return ctx.refuse(`can't open '${target}'`, written.error);
    if (!ctx.flags.has('quiet'))
      ctx.err(
        `Connecting to ${ctx.operands[0]} (${formatIPv4(fetched.address)}:80)\nsaving to '${target}'\n'${target}' saved\n`,
      );
  }
  return 0;
}

function failed(ctx: Context<K>, fetched: Extract<Fetched, { kind: 'failed' }>): number {
  const { host } = fetched.state.url;
  if (fetched.why === 'name') return ctx.fail(`bad address '${host}'`, 1);
  if (fetched.why === 'timeout') return ctx.fail('download timed out', 1);
  if (fetched.why === 'empty') return ctx.fail('error getting response', 1);
  return ctx.fail(`can't connect to remote host (${formatIPv4(fetched.address ?? 0)}): ${fetched.error}`, 1);
}

defineCommand<K>({
  name: 'wget',
  summary: 'Retrieve files via HTTP.',
  usage: '[OPTION]... [URL]...',
  flags: {
    header: { long: 'header', value: 'STR', help: 'add a header' },
    output: { short: 'O', long: 'output-document', value: 'FILE', help: "save to FILE ('-' for stdout)" },
    quiet: { short: 'q', long: 'quiet', help: 'quiet' },
    server: { short: 'S', long: 'server-response', help: 'print server response' },
    spider: { long: 'spider', help: 'only check URL existence' },
    timeout: { short: 'T', long: 'timeout', value: 'SEC', help: 'network read timeout' },
    tries: { short: 't', long: 'tries', value: 'NUMBER', help: 'number of tries' },
  },
  start,
  resume: (ctx, state) => settle(ctx, goOn(ctx.sys, state as Fetching)),
});

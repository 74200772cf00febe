import { writeFile } from '../../../engine/linux/change.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { type Fetched, type Fetching, goOn, parseUrl, startFetch } from '../../net/fetch.ts';

type K =
  | 'silent'
  | 'showError'
  | 'maxTime'
  | 'connectTimeout'
  | 'head'
  | 'include'
  | 'output'
  | 'fail'
  | 'writeOut'
  | 'verbose'
  | 'location'
  | 'header'
  | 'request'
  | 'data'
  | 'user'
  | 'insecure';

function start(ctx: Context<K>): Step {
  const [text] = ctx.operands;
  if (text === undefined) {
    ctx.err("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n");
    return 2;
  }
  const url = parseUrl(text);
  if (!url) return fail(ctx, 3, 'URL rejected: Malformed input to a URL function');
  if (url.scheme !== 'http') {
    if (url.scheme === 'https') return ctx.omit('https');
    return fail(ctx, 1, `Protocol "${url.scheme}" not supported`);
  }
  const method =
    ctx.flags.value('request') ?? (ctx.flags.has('head') ? 'HEAD' : ctx.flags.has('data') ? 'POST' : 'GET');
  const headers = ctx.flags
    .values('header')
    .map((header) => `${header}\r\n`)
    .join('');
  const host = `${url.host}${url.port === 80 ? '' : `:${url.port}`}`;
  const request = `${method} ${url.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n${headers}\r\n`;
  for (const [flag, name] of [
    ['maxTime', '-m'],
    ['connectTimeout', '--connect-timeout'],
  ] as const) {
    const text = ctx.flags.value(flag);
    if (text !== undefined && !/^\d+(?:\.\d*)?$/.test(text)) {
      ctx.err(`curl: option ${name}: expected a proper numerical parameter\n`);
      ctx.err("curl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
  }
  const seconds = Number(ctx.flags.value('maxTime') ?? ctx.flags.value('connectTimeout') ?? 300);
  return settle(ctx, startFetch(ctx.sys, url, request, seconds));
}

/** An error as curl words it: silent with -s unless -S is there; else below the progress meter. */
function fail(ctx: Context<K>, status: number, text: string): number {
  const quiet = ctx.flags.has('silent');
  if (!quiet && status !== 3) ctx.err(METER);
  if (!quiet || ctx.flags.has('showError')) ctx.err(`curl: (${status}) ${text}\n`);
  return status;
}

const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0
`;

function settle(ctx: Context<K>, fetched: Fetched): Step {
  if (fetched.kind === 'going') return { state: fetched.state, wait: fetched.wait };
  if (fetched.kind === 'failed') return failed(ctx, fetched);
  if (ctx.flags.has('fail') && fetched.status >= 400)
    return fail(ctx, 22, `The requested URL returned error: ${fetched.status}`);
  const show = ctx.flags.has('head') ? fetched.head : (ctx.flags.has('include') ? fetched.head : '') + fetched.body;
  const target = ctx.flags.value('output');
  if (target === undefined || target === '-') ctx.out(show);
  else {
    const written = writeFile(ctx.sys.tx, ctx.sys.self, target, show);
    if (!written.ok) return fail(ctx, 23, `Failure writing output to destination, passed ${show.length} returned 0`);
  }
  const format = ctx.flags.value('writeOut');
  if (format !== undefined)
    ctx.out(
      format
        .replaceAll('%{http_code}', String(fetched.status))
        .replaceAll('%{response_code}', String(fetched.status))
        .replaceAll('\\n', '\n'),
    );
  return 0;
}

function failed(ctx: Context<K>, fetched: Extract<Fetched, { kind: 'failed' }>): number {
  const { url, startedAt } = fetched.state;
  const took = Math.max(0, Math.round((ctx.sys.now - startedAt) / 1000));
  if (fetched.why === 'name') return fail(ctx, 6, `Could not resolve host: ${url.host}`);
  if (fetched.why === 'timeout')
    return fail(
      ctx,
      28,
      fetched.state.phase === 'connecting'
        ? `Connection timed out after ${took} milliseconds`
        : `Operation timed out after ${took} milliseconds with 0 bytes received`,
    );
  if (fetched.why === 'empty') return fail(ctx, 52, 'Empty reply from server');
  return fail(
    ctx,
    7,
    `Failed to connect to ${url.host} port ${url.port} after ${took} ms: Could not connect to server`,
  );
}

defineCommand<K>({
  name: 'curl',
  summary: 'Transfer a URL.',
  usage: '[options...] <url>',
  usageStatus: 2,
  flags: {
    connectTimeout: { long: 'connect-timeout', value: 'seconds', help: 'Maximum time allowed to connect' },
    data: { short: 'd', long: 'data', value: 'data', help: 'HTTP POST data' },
    fail: { short: 'f', long: 'fail', help: 'Fail fast with no output on HTTP errors' },
    head: { short: 'I', long: 'head', help: 'Show document info only' },
    header: { short: 'H', long: 'header', value: 'header', help: 'Pass custom header(s) to server' },
    include: { short: 'i', long: 'show-headers', help: 'Show response headers in output' },
    insecure: { short: 'k', long: 'insecure', help: 'Allow insecure server connections' },
    location: { short: 'L', long: 'location', help: 'Follow redirects' },
    maxTime: { short: 'm', long: 'max-time', value: 'seconds', help: 'Maximum time allowed for transfer' },
    output: { short: 'o', long: 'output', value: 'file', help: 'Write to file instead of stdout' },
    request: { short: 'X', long: 'request', value: 'method', help: 'Specify request method to use' },
    showError: { short: 'S', long: 'show-error', help: 'Show error even when -s is used' },
    silent: { short: 's', long: 'silent', help: 'Silent mode' },
    user: { short: 'u', long: 'user', value: 'user:password', help: 'Server user and password' },
    verbose: { short: 'v', long: 'verbose', help: 'Make the operation more talkative' },
    writeOut: { short: 'w', long: 'write-out', value: 'format', help: 'Output FORMAT after completion' },
  },
  start,
  resume: (ctx, state) => settle(ctx, goOn(ctx.sys, state as Fetching)),
});

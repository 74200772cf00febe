import { strerror } from '../../engine/core/errno.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { type Jq, JqSyntaxError, parseJq } from '../jq/parse.ts';
import { type Reading, readJson } from '../jq/read.ts';
import { type Env, errorText, Machine, unknownName } from '../jq/run.ts';
import { JqError, type Style, toJson, truthy } from '../jq/value.ts';
import { wholeInput } from '../lines.ts';

/** jq's words on its command line. Its flags stand anywhere, some take two words, bundles are allowed. */
interface Call {
  readonly filter?: string;
  readonly files: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly indent: string;
  readonly variables: ReadonlyMap<string, unknown>;
  readonly wrong?: string;
}

const SHORT: Readonly<Record<string, string>> = {
  r: 'raw-output',
  c: 'compact-output',
  n: 'null-input',
  s: 'slurp',
  e: 'exit-status',
  S: 'sort-keys',
  j: 'join-output',
  a: 'ascii-output',
  R: 'raw-input',
  C: 'color-output',
  M: 'monochrome-output',
  h: 'help',
  V: 'version',
  f: 'from-file',
};
const LONG = new Set([
  ...Object.values(SHORT),
  'tab',
  'indent',
  'arg',
  'argjson',
  'args',
  'jsonargs',
  'slurpfile',
  'rawfile',
  'raw-output0',
  'unbuffered',
  'seq',
  'stream',
]);

function readCall(words: readonly string[], file: (path: string) => string | undefined): Call {
  const flags = new Set<string>();
  const variables = new Map<string, unknown>();
  const files: string[] = [];
  const positional: unknown[] = [];
  let [filter, indent, rest]: [string | undefined, string, 'files' | 'args' | 'jsonargs'] = [undefined, '  ', 'files'];
  const result = (wrong?: string): Call => ({
    files,
    flags,
    indent,
    variables: variables.set('ARGS', { positional, named: Object.fromEntries(variables) }),
    ...(filter === undefined ? {} : { filter }),
    ...(wrong === undefined ? {} : { wrong }),
  });
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!/^-./.test(word)) {
      if (filter === undefined) filter = word;
      else if (rest === 'files') files.push(word);
      else positional.push(rest === 'args' ? word : readJson(word).values[0]?.value);
      continue;
    }
    const names = word.startsWith('--') ? [word.slice(2)] : [...word.slice(1)].map((letter) => SHORT[letter] ?? '');
    if (names.some((name) => !LONG.has(name)))
      return result(
        `Unknown option: ${word}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq`,
      );
    for (const name of names) {
      flags.add(name);
      if (name === 'tab') indent = '\t';
      else if (name === 'indent') indent = ' '.repeat(Math.min(Number(words[++i]) || 0, 7));
      else if (name === 'args' || name === 'jsonargs') rest = name;
      else if (['arg', 'argjson', 'slurpfile', 'rawfile'].includes(name)) {
        const [key, value] = [words[++i], words[++i]];
        if (key === undefined || value === undefined)
          return result(
            `--${name} takes two parameters (e.g. --${name} varname ${name === 'arg' ? 'value' : name === 'argjson' ? 'text' : 'filename'})`,
          );
        const given = variableOf(name, value, file);
        if (typeof given === 'string') return result(given.replace('NAME', key));
        variables.set(key, given.value);
      }
    }
  }
  return result();
}

function variableOf(
  name: string,
  word: string,
  file: (path: string) => string | undefined,
): { readonly value: unknown } | string {
  if (name === 'arg') return { value: word };
  if (name === 'argjson') {
    const { values, problem } = readJson(word);
    return problem === undefined && values.length === 1
      ? { value: values[0]?.value }
      : `Invalid JSON text passed to --argjson`;
  }
  const text = file(word);
  if (text === undefined)
    return `Bad JSON in --${name} NAME ${word}: Could not open ${word}: No such file or directory`;
  return { value: name === 'rawfile' ? text : readJson(text).values.map((one) => one.value) };
}

const fileReader =
  (ctx: Context) =>
  (path: string): string | undefined => {
    const text = readFile(ctx.sys.tx, ctx.sys.self, path);
    return text.ok ? text.value : undefined;
  };
const callOf = (ctx: Context): Call => readCall(ctx.argv.slice(1), fileReader(ctx));

const USAGE =
  'Usage:\tjq [OPTIONS] FILTER [FILES...]\n\tjq [OPTIONS] -n FILTER\n\nFor listing the command options, use jq --help.\n';

const HELP = `Usage:\tjq [OPTIONS] FILTER [FILES...]

jq is a tool for processing JSON inputs, applying the given filter to
its JSON text inputs and producing the filter's results as JSON on
standard output.

Options known here:
  -n, --null-input          use \`null\` as the single input value;
  -R, --raw-input           read each line as string instead of JSON;
  -s, --slurp               read all inputs into an array;
  -c, --compact-output      compact instead of pretty-printed output;
  -r, --raw-output          output strings without escapes and quotes;
  -a, --ascii-output        output strings by only ASCII characters;
  -S, --sort-keys           sort keys of each object on output;
  -j, --join-output         like -r without newline after each output;
      --tab                 use tabs for indentation;
      --indent n            use n spaces for indentation (max 7 spaces);
      --arg name value      set $name to the string value;
      --argjson name value  set $name to the JSON value;
      --slurpfile name file set $name to an array of JSON values;
      --args, --jsonargs    remaining arguments are positional;
  -e, --exit-status         set exit status code based on the output;
  -h, --help                show the help.
`;

/** The program, or what is wrong with it as jq says it. */
function compile(call: Call): Jq | string {
  const source = call.filter ?? '.';
  const report = (words: string): string =>
    `jq: error: ${words} at <top-level>, line 1:\n${source}\njq: 1 compile error\n`;
  try {
    const program = parseJq(source);
    const unknown = unknownName(program, new Set(), new Set([...call.variables.keys(), 'ENV', '__loc__']));
    return unknown === undefined ? program : report(`${unknown} is not defined`);
  } catch (error) {
    if (error instanceof JqSyntaxError) return report(error.message);
    throw error;
  }
}

interface Inputs {
  readonly values: readonly { readonly value: unknown; readonly where: string }[];
  readonly problem?: string;
}

function inputsOf(call: Call, perFile: readonly (readonly [string, string])[]): Inputs {
  const text = perFile.map(([, one]) => one).join('');
  const where = (line: number): string =>
    `${perFile.length === 1 && perFile[0]?.[0] !== '-' ? perFile[0]?.[0] : '<stdin>'}:${line}`;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const reading: Reading = !call.flags.has('raw-input')
    ? readJson(text)
    : {
        values: call.flags.has('slurp')
          ? [{ value: text, line: 0 }]
          : lines.map((value, i) => ({ value, line: i + 1 })),
      };
  const slurps = call.flags.has('slurp') && !call.flags.has('raw-input');
  const values = reading.values.map(({ value, line }) => ({ value, where: where(line) }));
  const all =
    slurps && reading.problem === undefined
      ? [{ value: values.map((one) => one.value), where: where(lines.length) }]
      : slurps
        ? []
        : values;
  return { values: all, ...(reading.problem === undefined ? {} : { problem: reading.problem }) };
}

function execute(ctx: Context, call: Call, program: Jq, inputs: Inputs): number {
  const queue = [...inputs.values];
  const env: Env = { variables: new Map(call.variables).set('ENV', { ...ctx.sys.self.env }), functions: new Map() };
  let [status, last]: [number, unknown] = [0, undefined];
  const runs = call.flags.has('null-input') ? [{ value: null as unknown, where: '<unknown>' }] : undefined;
  for (let one = runs ? runs.shift() : queue.shift(); one; one = runs ? runs.shift() : queue.shift()) {
    const machine = new Machine(() => queue.shift());
    try {
      for (const { value } of machine.run(program, { value: one.value }, env)) {
        last = value;
        print(ctx, call, value);
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      ctx.err(`${errorText(error, one.where)}\n`);
      status = 5;
    }
  }
  if (inputs.problem !== undefined && !call.flags.has('null-input')) {
    ctx.err(`jq: parse error: ${inputs.problem}\n`);
    return 2;
  }
  if (status !== 0 || !call.flags.has('exit-status')) return status;
  return last === undefined ? 4 : truthy(last) ? 0 : 1;
}

function print(ctx: Context, call: Call, value: unknown): void {
  const { flags, indent } = call;
  const join = flags.has('join-output');
  const raw = typeof value === 'string' && (join || flags.has('raw-output'));
  const style: Style = {
    indent: flags.has('compact-output') || indent === '' ? undefined : indent,
    sorted: flags.has('sort-keys'),
    ascii: flags.has('ascii-output'),
  };
  ctx.out((raw ? value : toJson(value, style)) + (join ? '' : '\n'));
}

defineCommand({
  name: 'jq',
  summary: 'Command-line JSON processor.',
  usage: '[OPTIONS] FILTER [FILES...]',
  raw: true,
  ...wholeInput({
    files: (ctx) => callOf(ctx).files,
    check(ctx) {
      const call = callOf(ctx);
      if (call.wrong !== undefined) return ctx.fail(call.wrong, 2);
      if (call.flags.has('help')) {
        ctx.out(HELP);
        return 0;
      }
      if (call.flags.has('version')) {
        ctx.out('jq-1.7.1\n');
        return 0;
      }
      if (call.filter === undefined && ctx.sys.file(0)?.kind === 'tty') {
        ctx.err(USAGE);
        return 2;
      }
      const program = compile(call);
      if (typeof program === 'string') {
        ctx.err(program);
        return 3;
      }
      return call.flags.has('null-input') && !/\binputs?\b/.test(call.filter ?? '')
        ? execute(ctx, call, program, { values: [] })
        : undefined;
    },
    done(ctx, _text, perFile) {
      const call = callOf(ctx);
      const program = compile(call);
      return typeof program === 'string' ? 3 : execute(ctx, call, program, inputsOf(call, perFile));
    },
    unreadable: (_ctx, file, error) => `error: Could not open ${file}: ${strerror(error)}`,
    badFile: 2,
  }),
});

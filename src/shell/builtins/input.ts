import { setPrompt } from '../../engine/linux/terminal.ts';
import { defineBuiltin } from '../builtin.ts';
import { intervalOf } from '../number.ts';
import { readLine } from '../readLine.ts';
import { type Doing, defineFrame, type Shell } from '../shell.ts';
import type { Frame } from '../state.ts';
import { getVariable, isName, setArray, setVariable } from '../variables.ts';

interface ReadFrame extends Frame {
  readonly kind: 'read';
  readonly names: readonly string[];
  readonly raw: boolean;
  readonly array: boolean;
  readonly fd: number;
  readonly stop: string;
  readonly most: number;
  readonly until?: number;
  got: string;
}

defineFrame<ReadFrame>({
  kind: 'read',
  step(shell, frame): Doing {
    const line = readLine(shell.sys, frame.fd, frame.got, frame.stop, frame.most);
    frame.got = line.text;
    if (line.state === 'wait') {
      if (frame.until !== undefined && shell.sys.now >= frame.until) {
        assignRead(shell, frame);
        return shell.finish(142);
      }
      const until = frame.until === undefined ? {} : { until: frame.until };
      return { wait: { channels: [line.channel as string], ...until } };
    }
    if (line.state === 'whole' && !frame.raw && /(?:^|[^\\])(?:\\\\)*\\$/.test(frame.got)) {
      frame.got = frame.got.slice(0, -1);
      return undefined;
    }
    assignRead(shell, frame);
    return shell.finish(line.state === 'whole' ? 0 : 1);
  },
});

function assignRead(shell: Shell, { names, raw, array, got }: ReadFrame): void {
  const ifs = getVariable(shell, 'IFS') ?? ' \t\n';
  const text = raw ? got : got.replace(/\\(.)/g, '$1');
  if (array) {
    setArray(
      shell,
      names[0] as string,
      splitRead(text, ifs, Number.MAX_SAFE_INTEGER).map((word) => [undefined, word]),
      false,
    );
    return;
  }
  if (names.length === 0) {
    setVariable(shell, 'REPLY', text);
    return;
  }
  const words = splitRead(text, ifs, names.length);
  for (const [i, name] of names.entries()) setVariable(shell, name, words[i] ?? '');
}

/** Splits a line at IFS into at most `most` words, the last of which takes the rest. */
function splitRead(text: string, ifs: string, most: number): readonly string[] {
  const isSpace = (c: string | undefined): boolean => c !== undefined && ifs.includes(c) && /[ \t\n]/.test(c);
  const isCut = (c: string | undefined): boolean => c !== undefined && ifs.includes(c);
  let from = 0;
  let to = text.length;
  while (isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  const words: string[] = [];
  while (from < to) {
    if (words.length === most - 1) {
      const rest = text.slice(from, to);
      words.push(isCut(rest.at(-1)) && !isSpace(rest.at(-1)) && !isCut(rest.slice(0, -1)) ? rest.slice(0, -1) : rest);
      break;
    }
    let end = from;
    while (end < to && !isCut(text[end])) end++;
    words.push(text.slice(from, end));
    from = end;
    while (isSpace(text[from])) from++;
    if (from < to && isCut(text[from]) && from === end) from++;
    else if (isCut(text[from]) && !isSpace(text[from])) from++;
    while (isSpace(text[from])) from++;
  }
  return words;
}

defineBuiltin({
  name: 'read',
  summary: 'Read a line from the standard input and split it into fields.',
  run(shell, call) {
    const words = [...call.args];
    let [raw, array, fd, stop, most] = [false, false, 0, '\n', Number.MAX_SAFE_INTEGER];
    let until: number | undefined;
    let prompt: string | undefined;
    let listName: string | undefined;
    while (words[0]?.startsWith('-') && words[0].length > 1) {
      const word = words.shift() as string;
      if (word === '--') break;
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] as string;
        const takes = 'adnNptui'.includes(letter);
        const value = takes ? word.slice(i + 1) || (words.shift() ?? '') : '';
        if (letter === 'r') raw = true;
        else if (letter === 'a') [array, listName] = [true, value];
        else if (letter === 'd') stop = value[0] ?? '\0';
        else if (letter === 'n' || letter === 'N') most = Number(value) || 0;
        else if (letter === 'p') prompt = value;
        else if (letter === 'u') fd = Number(value) || 0;
        else if (letter === 't') until = shell.sys.now + (intervalOf(value) ?? 0);
        else if (letter !== 's' && letter !== 'e') return call.fail(`-${letter}: invalid option`, 2);
        if (takes) break;
      }
    }
    const bad = words.find((name) => !isName(name.replace(/\[.*\]$/, '')));
    if (bad !== undefined) return call.fail(`\`${bad}': not a valid identifier`);
    const file = shell.sys.file(fd);
    if (prompt !== undefined && file?.kind === 'tty') setPrompt(shell.sys.tx, file.target, prompt);
    const names = listName === undefined ? words : [listName];
    return shell.push<ReadFrame>({
      kind: 'read',
      names,
      raw,
      array,
      fd,
      stop,
      most,
      got: '',
      ...(until === undefined ? {} : { until }),
    });
  },
});

interface MapfileFrame extends Frame {
  readonly kind: 'mapfile';
  readonly name: string;
  readonly trim: boolean;
  got: string;
  lines: readonly string[];
}

defineFrame<MapfileFrame>({
  kind: 'mapfile',
  step(shell, frame): Doing {
    const line = readLine(shell.sys, 0, frame.got);
    frame.got = line.text;
    if (line.state === 'wait') return { wait: { channels: [line.channel as string] } };
    const whole = line.state === 'whole';
    if (whole || line.text !== '') frame.lines = [...frame.lines, line.text + (whole && !frame.trim ? '\n' : '')];
    frame.got = '';
    if (whole) return undefined;
    setArray(
      shell,
      frame.name,
      frame.lines.map((text) => [undefined, text]),
      false,
    );
    return shell.finish(0);
  },
});

for (const name of ['mapfile', 'readarray']) {
  defineBuiltin({
    name,
    bashOnly: true,
    summary: 'Read lines from the standard input into an indexed array variable.',
    run: (shell, call) =>
      shell.push<MapfileFrame>({
        kind: 'mapfile',
        name: call.args.find((arg) => !arg.startsWith('-')) ?? 'MAPFILE',
        trim: call.args.includes('-t'),
        got: '',
        lines: [],
      }),
  });
}

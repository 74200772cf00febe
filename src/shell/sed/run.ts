import { compileRegex, type Match, type Regex, search } from '../regex/regex.ts';
import type { Address, Instruction, Substitution } from './parse.ts';

/** Where a running script stands. Plain JSON. */
export interface SedState {
  /** Lines read ahead: the next cycle's. */
  readonly queue: readonly string[];
  readonly ended: boolean;
  readonly hold: string;
  readonly line: number;
  /** Pattern space and place in the script, while a cycle waits for a line. */
  readonly cycle?: { readonly pattern: string; readonly pc: number; readonly replaced: boolean };
  /** Per instruction: the line at which its range ends; 0 while it is not inside one, -1 until a pattern or the end. */
  readonly ranges: readonly number[];
  readonly after: readonly string[];
  /** The regex that `//` means. */
  readonly last: string;
  readonly quit?: number;
}

export const startState: SedState = { queue: [], ended: false, hold: '', line: 0, ranges: [], after: [], last: '' };

export interface SedHost {
  out(text: string): void;
  /** r: the text of a file. */
  read(path: string): string;
  write(path: string, text: string): void;
  readonly file: string;
}

interface SedScript {
  readonly instructions: readonly Instruction[];
  readonly quiet: boolean;
  readonly extended: boolean;
}

/** Steps of one cycle; a script that loops for ever is cut off there. */
const MOST_STEPS = 100_000;

/** Runs as many cycles as there are lines for. */
export function advanceSed(state: SedState, script: SedScript, host: SedHost): SedState {
  const runner = new Runner(state, script, host);
  while (runner.quit === undefined && runner.ready()) runner.cycle();
  return runner.save();
}

class Runner {
  private queue: string[];
  private hold: string;
  private line: number;
  private ranges: number[];
  private after: string[];
  private last: string;
  private started: SedState['cycle'];
  quit: number | undefined;
  /** Some address means the last line, so that one line more must be known. */
  private readonly ahead: boolean;

  constructor(
    private readonly from: SedState,
    private readonly script: SedScript,
    private readonly host: SedHost,
  ) {
    this.queue = [...from.queue];
    this.hold = from.hold;
    this.line = from.line;
    this.ranges = [...from.ranges];
    this.after = [...from.after];
    this.last = from.last;
    this.started = from.cycle;
    this.quit = from.quit;
    this.ahead = script.instructions.some(
      ({ from: a, to: b, letter }) => a?.kind === 'last' || b?.kind === 'last' || 'nN'.includes(letter),
    );
  }

  save(): SedState {
    return {
      queue: this.queue,
      ended: this.from.ended,
      hold: this.hold,
      line: this.line,
      ranges: this.ranges,
      after: this.after,
      last: this.last,
      ...(this.started ? { cycle: this.started } : {}),
      ...(this.quit === undefined ? {} : { quit: this.quit }),
    };
  }

  ready(): boolean {
    if (this.queue.length === 0) return this.started !== undefined && this.from.ended;
    return this.queue.length > 1 || this.from.ended || !this.ahead;
  }

  private get isLast(): boolean {
    return this.from.ended && this.queue.length === 0;
  }

  cycle(): void {
    let pattern: string;
    let pc = 0;
    let replaced = false;
    if (this.started) {
      ({ pattern, pc, replaced } = this.started);
      this.started = undefined;
    } else {
      pattern = this.queue.shift() as string;
      this.line++;
    }
    const { instructions } = this.script;
    for (let steps = 0; steps < MOST_STEPS && pc < instructions.length; steps++) {
      const at = pc;
      const one = instructions[pc++] as Instruction;
      if (!this.selects(one, at, pattern)) {
        if (one.letter === '{') pc = one.jump ?? pc;
        continue;
      }
      switch (one.letter) {
        case 's': {
          const made = this.substitute(pattern, one.substitution as Substitution);
          if (made !== undefined) {
            pattern = made;
            replaced = true;
          }
          break;
        }
        case 'b':
          pc = one.jump as number;
          break;
        case 't':
          if (replaced) pc = one.jump as number;
          replaced = false;
          break;
        case 'T':
          if (!replaced) pc = one.jump as number;
          replaced = false;
          break;
        case 'd':
          this.flush();
          return;
        case 'D': {
          const cut = pattern.indexOf('\n');
          this.flush();
          if (cut >= 0) this.started = { pattern: pattern.slice(cut + 1), pc: 0, replaced: false };
          return;
        }
        case 'c':
          if (!one.to || this.ranges[at] === 0 || one.not) this.host.out(`${one.text}\n`);
          this.flush();
          return;
        case 'n':
        case 'N': {
          if (this.queue.length === 0 && this.from.ended) {
            this.finish(pattern);
            this.quit = 0;
            return;
          }
          if (this.queue.length === 0 || (this.queue.length < 2 && this.ahead && !this.from.ended)) {
            this.started = { pattern, pc: at, replaced };
            return;
          }
          if (one.letter === 'n') this.finish(pattern);
          else this.flush();
          const next = this.queue.shift() as string;
          this.line++;
          pattern = one.letter === 'n' ? next : `${pattern}\n${next}`;
          break;
        }
        case 'g':
          pattern = this.hold;
          break;
        case 'G':
          pattern = `${pattern}\n${this.hold}`;
          break;
        case 'h':
          this.hold = pattern;
          break;
        case 'H':
          this.hold = `${this.hold}\n${pattern}`;
          break;
        case 'x':
          [pattern, this.hold] = [this.hold, pattern];
          break;
        case 'z':
          pattern = '';
          break;
        case 'y':
          pattern = [...pattern].map((c) => this.transliterated(c, one)).join('');
          break;
        case 'q':
        case 'Q':
          if (one.letter === 'q') this.finish(pattern);
          this.quit = one.number ?? 0;
          return;
        default:
          this.simple(one, pattern);
      }
    }
    this.finish(pattern);
  }

  private transliterated(c: string, one: Instruction): string {
    const at = [...(one.text ?? '')].indexOf(c);
    return at < 0 ? c : ([...(one.other ?? '')][at] as string);
  }

  private simple(one: Instruction, pattern: string): void {
    switch (one.letter) {
      case 'p':
        this.host.out(`${pattern}\n`);
        break;
      case 'P':
        this.host.out(`${pattern.split('\n')[0]}\n`);
        break;
      case '=':
        this.host.out(`${this.line}\n`);
        break;
      case 'F':
        this.host.out(`${this.host.file}\n`);
        break;
      case 'l':
        this.host.out(`${pattern.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}$\n`);
        break;
      case 'i':
        this.host.out(`${one.text}\n`);
        break;
      case 'a':
        this.after.push(`${one.text}\n`);
        break;
      case 'r':
        this.after.push(this.host.read(one.text as string));
        break;
      case 'w':
        this.host.write(one.text as string, `${pattern}\n`);
        break;
      default:
    }
  }

  private finish(pattern: string): void {
    if (!this.script.quiet) this.host.out(`${pattern}\n`);
    this.flush();
  }

  private flush(): void {
    for (const text of this.after) this.host.out(text);
    this.after = [];
  }

  private regex(source: string, fold: boolean): Regex | undefined {
    const wanted = source || this.last;
    this.last = wanted;
    const regex = compileRegex(wanted, { extended: this.script.extended, ignoreCase: fold });
    return typeof regex === 'string' ? undefined : regex;
  }

  private hits(address: Address, pattern: string): boolean {
    switch (address.kind) {
      case 'line':
        return this.line === address.line;
      case 'last':
        return this.isLast;
      case 'step':
        return address.step === 0
          ? this.line === address.first
          : this.line >= address.first && (this.line - address.first) % address.step === 0;
      case 'regex': {
        const regex = this.regex(address.source, address.fold);
        return regex !== undefined && search(regex, pattern) !== undefined;
      }
      default:
        return false;
    }
  }

  private selects(one: Instruction, at: number, pattern: string): boolean {
    return this.inRange(one, at, pattern) !== one.not;
  }

  private inRange({ from, to }: Instruction, at: number, pattern: string): boolean {
    if (!from) return true;
    if (!to) return this.hits(from, pattern);
    const until = this.ranges[at] ?? 0;
    if (until === 0) {
      const zero = from.kind === 'line' && from.line === 0;
      if (zero && this.line === 1 && to.kind === 'regex') {
        this.ranges[at] = this.hits(to, pattern) ? 0 : -1;
        return true;
      }
      if (!this.hits(from, pattern)) return false;
      this.ranges[at] = this.endOf(to);
      if ((this.ranges[at] as number) > 0 && (this.ranges[at] as number) <= this.line) this.ranges[at] = 0;
      return true;
    }
    if (until > 0) {
      if (this.line >= until) this.ranges[at] = 0;
      return this.line <= until;
    }
    if (this.hits(to, pattern)) this.ranges[at] = 0;
    return true;
  }

  private endOf(to: Address): number {
    if (to.kind === 'line') return to.line || 1;
    if (to.kind === 'count') return this.line + to.count;
    if (to.kind === 'multiple') return to.of === 0 ? this.line : Math.ceil(this.line / to.of) * to.of;
    return -1;
  }

  private substitute(pattern: string, s: Substitution): string | undefined {
    const regex = this.regex(s.source, s.fold);
    if (!regex) return undefined;
    let out = '';
    let at = 0;
    let count = 0;
    let done = false;
    for (let from = 0; from <= pattern.length; ) {
      const match = search(regex, pattern, from);
      if (!match) break;
      const [start, end] = match as unknown as [number, number];
      if (end === start && start < at) {
        from = start + 1;
        continue;
      }
      count++;
      if (count >= (s.nth || 1)) {
        out += pattern.slice(at, start) + expanded(s.replacement, pattern, match);
        at = end;
        done = true;
        if (!s.global) break;
      }
      if (end > start) from = end;
      else {
        from = start + 1;
        if (done) {
          out += pattern.slice(at, from);
          at = from;
        }
      }
      if (end > start && done) at = Math.max(at, end);
    }
    if (!done) return undefined;
    const made = out + pattern.slice(at);
    if (s.print) this.host.out(`${made}\n`);
    if (s.write !== undefined) this.host.write(s.write, `${made}\n`);
    return made;
  }
}

/** The right-hand side of `s`: `&`, `\1`, `\n`, and GNU's changes of case. */
function expanded(replacement: string, text: string, match: Match): string {
  let out = '';
  let mode: 'U' | 'L' | '' = '';
  let once: 'u' | 'l' | '' = '';
  const put = (piece: string): void => {
    let made = mode === 'U' ? piece.toUpperCase() : mode === 'L' ? piece.toLowerCase() : piece;
    if (once !== '' && made !== '') {
      const first = once === 'u' ? made.slice(0, 1).toUpperCase() : made.slice(0, 1).toLowerCase();
      made = first + made.slice(1);
      once = '';
    }
    out += made;
  };
  const group = (n: number): string => {
    const [from, to] = [match[n * 2] ?? -1, match[n * 2 + 1] ?? -1];
    return from < 0 ? '' : text.slice(from, to);
  };
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i] as string;
    if (c === '&') put(group(0));
    else if (c === '\\') {
      const next = replacement[++i] ?? '';
      if (/\d/.test(next)) put(group(Number(next)));
      else if (next === 'n') put('\n');
      else if (next === 't') put('\t');
      else if (next === 'U' || next === 'L') mode = next;
      else if (next === 'E') mode = '';
      else if (next === 'u' || next === 'l') once = next;
      else put(next);
    } else put(c);
  }
  return out;
}

import { formatPrintf } from '../printf.ts';
import { compileRegex, type Regex, search } from '../regex/regex.ts';
import { formatValues } from './format.ts';
import { plainFunction } from './functions.ts';
import type { AwkFunction, AwkProgram, Expression, Rule, Statement, Target } from './program.ts';
import { splitRegex, splitText, substituted } from './text.ts';
import { arithmetic, compared, DEFAULTS, looksNumeric, numberOf, type Value } from './value.ts';

export interface AwkHost {
  out(text: string): void;
  err(text: string): void;
  /** `print > path`; the first write of a run empties the file. */
  write(path: string, text: string, append: boolean): void;
  readonly now: number;
  random(below: number): number;
}

export interface AwkSaved {
  readonly variables: readonly (readonly [string, Value])[];
  readonly arrays: readonly (readonly [string, readonly (readonly [string, Value])[]])[];
  readonly inside: readonly boolean[];
  readonly written: readonly string[];
  /** The last record: END still sees it. */
  readonly record: string;
  readonly exit?: number;
}

type Jump = 'next' | 'break' | 'continue' | 'nextfile' | 'exit' | 'return';
type Table = Map<string, Value>;

/** Statements and expressions that one rule may evaluate; then the program is stopped with a message. */
const MOST_STEPS = 3_000_000;
const MOST_CALLS = 400;

export class Awk {
  private readonly variables = new Map<string, Value>();
  private readonly arrays = new Map<string, Table>();
  private readonly inside: boolean[] = [];
  private readonly written = new Set<string>();
  private fields: Value[] = [];
  private record: string | undefined = '';
  private locals: Map<string, Value | Table> | undefined;
  private returned: Value = '';
  private steps = 0;
  private calls = 0;
  exitStatus: number | undefined;

  constructor(
    private readonly program: AwkProgram,
    private readonly host: AwkHost,
    saved?: AwkSaved,
  ) {
    for (const [name, value] of saved?.variables ?? []) this.variables.set(name, value);
    for (const [name, table] of saved?.arrays ?? []) this.arrays.set(name, new Map(table));
    this.inside = [...(saved?.inside ?? [])];
    this.written = new Set(saved?.written ?? []);
    this.exitStatus = saved?.exit;
    this.record = saved?.record ?? '';
  }

  save(): AwkSaved {
    return {
      variables: [...this.variables],
      arrays: [...this.arrays].map(([name, table]) => [name, [...table]] as const),
      inside: this.inside,
      written: [...this.written],
      record: this.text(this.field(0)),
      ...(this.exitStatus === undefined ? {} : { exit: this.exitStatus }),
    };
  }

  assign(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  table(name: string): Table {
    const local = this.locals?.get(name);
    if (local instanceof Map) return local;
    if (local !== undefined && this.locals) {
      const made: Table = new Map();
      this.locals.set(name, made);
      return made;
    }
    const known = this.arrays.get(name);
    if (known) return known;
    const made: Table = new Map();
    this.arrays.set(name, made);
    return made;
  }

  begin(): void {
    this.rules('BEGIN');
  }

  get readsLines(): boolean {
    return this.program.rules.some((rule) => rule.when !== 'BEGIN');
  }

  line(text: string, file: string, first: boolean): void {
    this.variables.set('NR', numberOf(this.get('NR')) + 1);
    this.variables.set('FNR', first ? 1 : numberOf(this.get('FNR')) + 1);
    this.variables.set('FILENAME', file === '-' ? '' : file);
    this.setRecord(text);
    this.rules('line');
  }

  end(): void {
    const status = this.exitStatus;
    if (this.ending) return;
    this.ending = true;
    this.exitStatus = undefined;
    this.rules('END');
    this.exitStatus ??= status;
  }

  private ending = false;

  private rules(when: Rule['when']): void {
    this.steps = 0;
    for (const [i, rule] of this.program.rules.entries()) {
      if (rule.when !== when || this.exitStatus !== undefined) continue;
      if (when === 'line' && !this.selects(rule, i)) continue;
      if (!rule.body) {
        this.host.out(`${this.text(this.field(0))}${this.text(this.get('ORS'))}`);
        continue;
      }
      const jump = this.execute(rule.body);
      if (jump === 'next' || jump === 'nextfile' || jump === 'exit') return;
    }
  }

  private selects(rule: Rule, i: number): boolean {
    if (!rule.from) return true;
    if (!rule.to) return this.truth(rule.from);
    if (!this.inside[i]) {
      if (!this.truth(rule.from)) return false;
      this.inside[i] = true;
    }
    if (this.truth(rule.to)) this.inside[i] = false;
    return true;
  }

  /** False when the share of steps is used up: the program ends there. */
  private spend(): boolean {
    if (++this.steps < MOST_STEPS) return true;
    if (this.exitStatus === undefined) this.host.err('awk: the program runs for too long and is stopped\n');
    this.exitStatus = 2;
    return false;
  }

  private execute(statement: Statement): Jump | undefined {
    if (!this.spend()) return 'exit';
    switch (statement.type) {
      case 'block':
        for (const one of statement.body) {
          const jump = this.execute(one);
          if (jump) return jump;
        }
        return undefined;
      case 'expression':
        this.value(statement.value);
        return this.exitStatus === undefined ? undefined : 'exit';
      case 'print':
        this.print(statement);
        return undefined;
      case 'if':
        if (this.truth(statement.test)) return this.execute(statement.yes);
        return statement.no && this.execute(statement.no);
      case 'while':
      case 'for':
        return this.loop(statement);
      case 'each':
        for (const key of [...this.table(statement.array).keys()]) {
          this.set({ type: 'variable', name: statement.name }, { input: key });
          const jump = this.execute(statement.body);
          if (jump === 'break') break;
          if (jump && jump !== 'continue') return jump;
        }
        return undefined;
      case 'delete':
        if (statement.keys) this.table(statement.array).delete(this.key(statement.keys));
        else this.table(statement.array).clear();
        return undefined;
      case 'jump':
        return statement.how;
      case 'exit':
        this.exitStatus = statement.value ? numberOf(this.value(statement.value)) & 255 : (this.exitStatus ?? 0);
        return 'exit';
      case 'return':
        this.returned = statement.value ? this.value(statement.value) : '';
        return 'return';
    }
  }

  private loop(statement: Extract<Statement, { type: 'while' | 'for' }>): Jump | undefined {
    if (statement.type === 'for' && statement.first) this.execute(statement.first);
    const test = (): boolean => !statement.test || this.truth(statement.test);
    for (let once = statement.type === 'while' && statement.after; once || test(); once = false) {
      if (!this.spend()) return 'exit';
      const jump = this.execute(statement.body);
      if (jump === 'break') break;
      if (jump && jump !== 'continue') return jump;
      if (statement.type === 'for' && statement.next) this.execute(statement.next);
    }
    return undefined;
  }

  private print(statement: Extract<Statement, { type: 'print' }>): void {
    const values = statement.values.map((value) => this.value(value));
    let text: string;
    if (statement.formatted) {
      text = formatValues(values, (one) => this.text(one));
    } else {
      const shown = values.length > 0 ? values.map((value) => this.text(value, 'OFMT')) : [this.text(this.field(0))];
      text = shown.join(this.text(this.get('OFS'))) + this.text(this.get('ORS'));
    }
    if (!statement.to) {
      this.host.out(text);
      return;
    }
    const path = this.text(this.value(statement.to.path));
    if (path === '/dev/stderr') this.host.err(text);
    else if (path === '/dev/stdout' || statement.to.operator === '|') this.host.out(text);
    else {
      this.host.write(path, text, statement.to.operator === '>>' || this.written.has(path));
      this.written.add(path);
    }
  }

  text(value: Value, format = 'CONVFMT'): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value.input;
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    const shape = this.variables.get(format);
    return formatPrintf(typeof shape === 'string' ? shape : '%.6g', [String(value)]).text;
  }

  private truth(expression: Expression): boolean {
    const value = this.value(expression);
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'string') return value !== '';
    return looksNumeric(value.input) ? Number(value.input) !== 0 : value.input !== '';
  }

  private get(name: string): Value {
    const local = this.locals?.get(name);
    if (local !== undefined && !(local instanceof Map)) return local;
    if (name === 'NF') return this.split().length - 1;
    const value = this.variables.get(name);
    if (value !== undefined) return value;
    return (Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name] : undefined) ?? { input: '' };
  }

  private set(target: Target, value: Value): Value {
    if (target.type === 'field') this.setField(Math.trunc(numberOf(this.value(target.index))), value);
    else if (target.type === 'element') this.table(target.array).set(this.key(target.keys), value);
    else if (this.locals?.has(target.name)) this.locals.set(target.name, value);
    else if (target.name === 'NF') this.resize(Math.trunc(numberOf(value)));
    else this.variables.set(target.name, value);
    return value;
  }

  private key(keys: readonly Expression[]): string {
    return keys.map((key) => this.text(this.value(key))).join(this.text(this.get('SUBSEP')));
  }

  private setRecord(text: string): void {
    this.record = text;
    this.fields = [];
  }

  /** Fields from 1 on; index 0 is a filler. */
  private split(): Value[] {
    if (this.fields.length > 0) return this.fields;
    this.fields = ['', ...splitText(this.record ?? '', this.text(this.get('FS'))).map((input): Value => ({ input }))];
    return this.fields;
  }

  private field(index: number): Value {
    if (index !== 0) return this.split()[index] ?? { input: '' };
    if (this.record === undefined)
      this.record = this.fields
        .slice(1)
        .map((value) => this.text(value))
        .join(this.text(this.get('OFS')));
    return { input: this.record };
  }

  private setField(index: number, value: Value): void {
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    if (index < 0 || index > 100_000) return;
    const fields = this.split();
    while (fields.length <= index) fields.push('');
    fields[index] = value;
    this.record = undefined;
  }

  private resize(count: number): void {
    const fields = this.split();
    while (fields.length - 1 < Math.min(count, 100_000)) fields.push('');
    fields.length = Math.max(1, Math.min(count, 100_000) + 1);
    this.record = undefined;
  }

  private value(expression: Expression): Value {
    if (!this.spend()) return '';
    switch (expression.type) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.matches(this.field(0), expression) ? 1 : 0;
      case 'variable':
        return this.get(expression.name);
      case 'field':
        return this.field(Math.trunc(numberOf(this.value(expression.index))));
      case 'element': {
        const table = this.table(expression.array);
        const key = this.key(expression.keys);
        const found = table.get(key);
        if (found === undefined) table.set(key, { input: '' });
        return found ?? { input: '' };
      }
      case 'group': {
        const values = expression.values.map((one) => this.value(one));
        return values.length === 1 ? (values[0] as Value) : values.map((one) => this.text(one)).join(' ');
      }
      case 'assign': {
        const right = this.value(expression.value);
        if (expression.operator === '=') return this.set(expression.target, right);
        const left = numberOf(this.value(expression.target));
        return this.set(expression.target, arithmetic(expression.operator.slice(0, 1), left, numberOf(right)));
      }
      case 'step': {
        const old = numberOf(this.value(expression.target));
        this.set(expression.target, old + expression.by);
        return expression.prefix ? old + expression.by : old;
      }
      case 'unary':
        if (expression.operator === '!') return this.truth(expression.value) ? 0 : 1;
        return expression.operator === '-'
          ? -numberOf(this.value(expression.value))
          : numberOf(this.value(expression.value));
      case 'choice':
        return this.value(this.truth(expression.test) ? expression.yes : expression.no);
      case 'in':
        return this.table(expression.array).has(this.key(expression.keys)) ? 1 : 0;
      case 'binary':
        return this.binary(expression);
      case 'call':
        return this.call(expression.name, expression.args);
      case 'getline':
        return 0;
    }
  }

  private binary({ operator, left, right }: Extract<Expression, { type: 'binary' }>): Value {
    switch (operator) {
      case '&&':
        return this.truth(left) && this.truth(right) ? 1 : 0;
      case '||':
        return this.truth(left) || this.truth(right) ? 1 : 0;
      case ' ':
        return this.text(this.value(left)) + this.text(this.value(right));
      case '~':
      case '!~':
        return this.matches(this.value(left), right) === (operator === '~') ? 1 : 0;
      case '<':
      case '<=':
      case '==':
      case '!=':
      case '>':
      case '>=':
        return compared(operator, this.value(left), this.value(right), (one) => this.text(one)) ? 1 : 0;
      default:
        return arithmetic(operator, numberOf(this.value(left)), numberOf(this.value(right)));
    }
  }

  private regex(expression: Expression): Regex | undefined {
    const source = expression.type === 'regex' ? expression.source : this.text(this.value(expression));
    const regex = compileRegex(source, { extended: true });
    if (typeof regex !== 'string') return regex;
    this.host.err(`awk: ${regex}: ${source}\n`);
    this.exitStatus = 2;
    return undefined;
  }

  private matches(value: Value, expression: Expression): boolean {
    const text = this.text(value);
    const regex = this.regex(expression);
    return regex !== undefined && search(regex, text) !== undefined;
  }

  private call(name: string, args: readonly Expression[]): Value {
    const own = this.program.functions.get(name);
    if (own) return this.callOwn(own, args);
    const value = (i: number): Value => (args[i] ? this.value(args[i]) : '');
    const text = (i: number): string => this.text(value(i));
    switch (name) {
      case 'length': {
        const [first] = args;
        if (first?.type === 'variable' && (this.arrays.has(first.name) || this.locals?.get(first.name) instanceof Map))
          return this.table(first.name).size;
        return [...(first ? text(0) : this.text(this.field(0)))].length;
      }
      case 'split':
        return this.splitInto(text(0), args[1], args[2]);
      case 'sub':
      case 'gsub':
        return this.substitute(name === 'gsub', args);
      case 'match': {
        const regex = args[1] && this.regex(args[1]);
        const found = regex && search(regex, text(0));
        this.variables.set('RSTART', found ? (found[0] as number) + 1 : 0);
        this.variables.set('RLENGTH', found ? (found[1] as number) - (found[0] as number) : -1);
        return found ? (found[0] as number) + 1 : 0;
      }
      case 'sprintf':
        return formatValues(
          args.map((arg) => this.value(arg)),
          (one) => this.text(one),
        );
      case 'rand':
        return this.host.random(1_000_000) / 1_000_000;
      default: {
        const made = plainFunction(name, { count: args.length, value, text }, this.host.now);
        if (made !== undefined) return made;
        this.host.err(`awk: function ${name} is not there\n`);
        this.exitStatus = 2;
        return '';
      }
    }
  }

  private callOwn(own: AwkFunction, args: readonly Expression[]): Value {
    if (++this.calls > MOST_CALLS) {
      this.host.err('awk: function call nesting too deep\n');
      this.exitStatus = 2;
      return '';
    }
    const locals = new Map<string, Value | Table>();
    for (const [i, param] of own.params.entries()) {
      const arg = args[i];
      const name = arg?.type === 'variable' ? arg.name : undefined;
      const isTable =
        name !== undefined &&
        (this.locals?.get(name) instanceof Map || (this.arrays.has(name) && !this.locals?.has(name)));
      locals.set(param, isTable && name !== undefined ? this.table(name) : arg ? this.value(arg) : { input: '' });
    }
    const outer = this.locals;
    this.locals = locals;
    this.returned = '';
    this.execute(own.body);
    this.locals = outer;
    this.calls--;
    const { returned } = this;
    this.returned = '';
    return returned;
  }

  private splitInto(source: string, array: Expression | undefined, by: Expression | undefined): number {
    if (array?.type !== 'variable') return 0;
    const table = this.table(array.name);
    const parts =
      by?.type === 'regex'
        ? splitRegex(source, this.regex(by))
        : splitText(source, by ? this.text(this.value(by)) : this.text(this.get('FS')));
    table.clear();
    for (const [i, part] of parts.entries()) table.set(String(i + 1), { input: part });
    return parts.length;
  }

  private substitute(global: boolean, args: readonly Expression[]): number {
    const [pattern, replacement, third] = args;
    const regex = pattern && this.regex(pattern);
    if (!regex || !replacement) return 0;
    const by = this.text(this.value(replacement));
    const target: Target =
      third && (third.type === 'variable' || third.type === 'field' || third.type === 'element')
        ? third
        : { type: 'field', index: { type: 'number', value: 0 } };
    const source = this.text(this.value(target));
    const { text, count } = substituted(regex, source, by, global);
    if (count > 0) this.set(target, text);
    return count;
  }
}

import type { ParameterExpansionPart, ParameterOperation } from 'unbash';
import { matchPrefixes, type Pattern } from './pattern.ts';
import { arithmeticOf, type Expander } from './scope.ts';

export interface Expanded {
  readonly text: string;
  /** `${a[@]}` and its like: several values; `apart` when each is a field of its own in quotes. */
  readonly list?: { readonly values: readonly string[]; readonly apart: boolean };
}

/** `${…}` with all its operations. */
export function expandParameter(expansion: Expander, part: ParameterExpansionPart): Expanded {
  const { scope } = expansion;
  const { operation } = part;
  const index = part.index === undefined ? undefined : part.index.value;
  const whole = index === '@' || index === '*' || part.parameter === '@' || part.parameter === '*';
  const name = part.parameter + (index === undefined || whole ? '' : `[${expansion.single(part.index)}]`);
  if (part.prefix === '!') return indirect(expansion, part, name, index);
  const values = whole
    ? part.parameter === '@' || part.parameter === '*'
      ? scope.positional
      : scope.values(part.parameter)
    : [];
  if (part.prefix === '#')
    return { text: String(whole ? values.length : lengthOf(expansion.parameter(expansion.subscript(name)))) };
  const apart = (index ?? part.parameter) === '@';
  if (!whole)
    return {
      text: operate(expansion, expansion.subscript(name), scope.get(expansion.subscript(name)), operation, part),
    };
  if (operation?.type === 'Slice')
    return { text: '', list: { values: sliceList(expansion, values, operation, part), apart } };
  if (operation?.type === 'Default') {
    const text = operate(expansion, name, values.length > 0 ? values.join(' ') : undefined, operation, part);
    return values.length > 0 && !operation.operator.includes('+') ? { text: '', list: { values, apart } } : { text };
  }
  return {
    text: '',
    list: {
      values: operation ? values.map((value) => operate(expansion, name, value, operation, part)) : values,
      apart,
    },
  };
}

function indirect(
  expansion: Expander,
  part: ParameterExpansionPart,
  name: string,
  index: string | undefined,
): Expanded {
  const { scope } = expansion;
  if (index === '@' || index === '*')
    return { text: '', list: { values: scope.keys(part.parameter), apart: index === '@' } };
  if (part.operation?.type === 'Names')
    return { text: '', list: { values: scope.names(part.parameter), apart: part.operation.operator === '@' } };
  const target = scope.get(name) ?? '';
  return { text: operate(expansion, target, scope.get(expansion.subscript(target)), part.operation, part) };
}

const lengthOf = (text: string): number => [...text].length;

function operate(
  expansion: Expander,
  name: string,
  value: string | undefined,
  operation: ParameterOperation | undefined,
  part: ParameterExpansionPart,
): string {
  if (operation?.type === 'Default') return withDefault(expansion, name, value, operation);
  if (value === undefined && expansion.scope.nounset) expansion.scope.fail(`${name}: unbound variable`);
  const text = value ?? '';
  switch (operation?.type) {
    case undefined:
      return text;
    case 'Remove':
      return removed(text, operation.operator, expansion.pattern(operation.operand));
    case 'Replace':
      return replaced(
        text,
        operation.operator,
        expansion.pattern(operation.pattern),
        expansion.single(operation.replacement),
      );
    case 'Slice':
      return sliceText(expansion, text, operation);
    case 'CaseModification':
      return cased(text, operation.operator);
    case 'Transform': {
      const how = operation.operand.value;
      if (how === 'Q') return `'${text.replaceAll("'", "'\\''")}'`;
      return how === 'U'
        ? text.toUpperCase()
        : how === 'L'
          ? text.toLowerCase()
          : how === 'u'
            ? cased(text, '^')
            : text;
    }
    default:
      expansion.scope.fail(`\${${part.text.replace(/^\$\{|\}$/g, '')}}: bad substitution`);
      return '';
  }
}

function withDefault(
  expansion: Expander,
  name: string,
  value: string | undefined,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
): string {
  const { operator } = operation;
  const there = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return there ? expansion.single(operation.operand) : '';
  if (there) return value;
  const other = expansion.single(operation.operand);
  if (operator.endsWith('?'))
    expansion.scope.fail(
      `${name}: ${other || (operator === ':?' ? 'parameter null or not set' : 'parameter not set')}`,
    );
  if (operator.endsWith('=')) expansion.scope.set(name, other);
  return other;
}

function removed(text: string, operator: string, pattern: Pattern): string {
  if (operator.startsWith('#')) {
    const ends = matchPrefixes(pattern, text);
    const end = operator === '##' ? ends.at(-1) : ends[0];
    return end === undefined ? text : text.slice(end);
  }
  const starts: number[] = [];
  for (let at = 0; at <= text.length; at++)
    if (matchPrefixes(pattern, text.slice(at)).at(-1) === text.length - at) starts.push(at);
  const start = operator === '%%' ? starts[0] : starts.at(-1);
  return start === undefined ? text : text.slice(0, start);
}

function replaced(text: string, operator: string, pattern: Pattern, by: string): string {
  if (pattern.text === '') return text;
  let out = '';
  let at = 0;
  while (at <= text.length) {
    const end = matchPrefixes(pattern, text.slice(at)).at(-1);
    const fits = end !== undefined && (operator !== '/%' || at + end === text.length);
    if (fits && (end > 0 || text === '')) {
      out += by;
      at += end;
      if (operator !== '//') break;
      if (text === '') break;
    } else if (operator === '/#') break;
    else out += text[at++] ?? '';
  }
  return out + text.slice(at);
}

function sliceText(
  expansion: Expander,
  text: string,
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
): string {
  const [from, to] = bounds(expansion, text.length, operation);
  return text.slice(from, to);
}

function sliceList(
  expansion: Expander,
  values: readonly string[],
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
  part: ParameterExpansionPart,
): readonly string[] {
  const positional = part.parameter === '@' || part.parameter === '*';
  const list = positional ? [expansion.scope.get('0') ?? '', ...values] : values;
  const [from, to] = bounds(expansion, list.length, operation);
  return list.slice(from, to);
}

function bounds(
  expansion: Expander,
  size: number,
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
): readonly [number, number] {
  const number = (text: string): number => Number(expansion.arithmetic(arithmeticOf(text)));
  const offset = number(expansion.single(operation.offset));
  const from = offset < 0 ? size + offset : Math.min(offset, size);
  if (from < 0) return [0, 0];
  if (!operation.length) return [from, size];
  const length = number(expansion.single(operation.length));
  const to = length < 0 ? size + length : from + length;
  if (to < from) expansion.scope.fail(`${length}: substring expression < 0`);
  return [from, to];
}

function cased(text: string, operator: string): string {
  const change = operator.startsWith('^') ? (s: string) => s.toUpperCase() : (s: string) => s.toLowerCase();
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
}

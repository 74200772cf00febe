/** A text of JSON values, one after the other, as jq reads it. */
export interface Reading {
  readonly values: readonly {
    readonly value: unknown /** Newlines before the value's end. */;
    readonly line: number;
  }[];
  /** What is wrong behind the last value, in jq's words. */
  readonly problem?: string;
}

const DEEPEST = 500;

class Wrong extends Error {}

export function readJson(text: string): Reading {
  const values: { value: unknown; line: number }[] = [];
  const reader = new Reader(text);
  try {
    while (reader.more()) {
      const value = reader.value(0);
      values.push({ value, line: reader.lineAtEnd() });
    }
    return { values };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { values, problem: error.message };
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  more(): boolean {
    while (this.at < this.text.length && /\s/.test(this.text[this.at] as string)) this.at++;
    return this.at < this.text.length;
  }

  /** jq reads whole blocks, so that a value counts its own newline. */
  lineAtEnd(): number {
    const end = this.text.indexOf('\n', this.at);
    return this.text.slice(0, end < 0 ? this.text.length : end + 1).split('\n').length - 1;
  }

  private fail(words: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    throw new Wrong(
      `${words} at line ${line}, column ${before.length - before.lastIndexOf('\n') - (line > 1 ? 1 : 0) - (line > 1 ? 0 : 1)}`,
    );
  }

  private unfinished(words: string): never {
    return this.fail(`${words} at EOF`, this.text.length);
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) return this.fail('Exceeds depth limit for parsing');
    if (!this.more()) return this.unfinished('Unfinished JSON term');
    const char = this.text[this.at] as string;
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    if (char === '"') return this.string();
    if (/[\]},:]/.test(char)) {
      this.at++;
      if (char === ':') return this.fail("':' not as part of an object");
      return this.fail(char === ',' ? "Expected value before ','" : `Unmatched '${char}'`);
    }
    return this.literal();
  }

  private literal(): unknown {
    const match = /^[^\s[\]{},:"]+/.exec(this.text.slice(this.at, this.at + 400)) as RegExpExecArray;
    const [word] = match;
    const end = this.at + word.length;
    const known: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, nan: null };
    this.at = end;
    if (Object.hasOwn(known, word)) return known[word];
    if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(word)) return Number(word);
    const next = Math.min(end + 1, this.text.length);
    return end < this.text.length
      ? this.fail('Invalid numeric literal', next)
      : this.unfinished('Invalid numeric literal');
  }

  private string(): string {
    const from = this.at++;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === '\\') this.at++;
      else if (char === '"') {
        this.at++;
        try {
          // jq takes raw control characters inside strings, JSON.parse does not.
          const hex = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
          const text = [...this.text.slice(from, this.at)].map((c) => (c < ' ' ? hex(c) : c)).join('');
          return JSON.parse(text) as string;
        } catch {
          return this.fail('Invalid escape');
        }
      }
    }
    return this.unfinished('Unfinished string');
  }

  private array(depth: number): unknown[] {
    this.at++;
    const items: unknown[] = [];
    for (;;) {
      if (!this.more()) return this.unfinished('Unfinished JSON term');
      if (this.text[this.at] === ']') break;
      if (items.length > 0) this.between();
      items.push(this.value(depth + 1));
    }
    this.at++;
    return items;
  }

  private between(): void {
    if (this.text[this.at] !== ',') this.fail('Expected separator between values', this.at + 1);
    this.at++;
  }

  private object(depth: number): unknown {
    this.at++;
    const entries: [string, unknown][] = [];
    for (;;) {
      if (!this.more()) return this.unfinished('Unfinished JSON term');
      if (this.text[this.at] === '}') break;
      if (entries.length > 0) this.between();
      const key = this.value(depth + 1);
      if (typeof key !== 'string') return this.fail('Object keys must be strings', this.at + 1);
      if (!this.more()) return this.unfinished('Unfinished JSON term');
      if (this.text[this.at] !== ':') return this.fail('Objects must consist of key:value pairs', this.at + 1);
      this.at++;
      entries.push([key, this.value(depth + 1)]);
    }
    this.at++;
    return Object.fromEntries(entries);
  }
}

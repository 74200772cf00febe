export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'element'; readonly array: string; readonly keys: readonly Expression[] }
  | { readonly type: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expression }
  | { readonly type: 'step'; readonly by: 1 | -1; readonly prefix: boolean; readonly target: Target }
  | { readonly type: 'unary'; readonly operator: string; readonly value: Expression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'in'; readonly keys: readonly Expression[]; readonly array: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'getline'; readonly target?: Target; readonly file?: Expression }
  | { readonly type: 'group'; readonly values: readonly Expression[] };

export type Target = Extract<Expression, { type: 'variable' | 'field' | 'element' }>;

export type Statement =
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'expression'; readonly value: Expression }
  | {
      readonly type: 'print';
      readonly values: readonly Expression[];
      readonly formatted: boolean;
      readonly to?: { readonly operator: string; readonly path: Expression };
    }
  | { readonly type: 'if'; readonly test: Expression; readonly yes: Statement; readonly no?: Statement }
  | { readonly type: 'while'; readonly test: Expression; readonly body: Statement; readonly after: boolean }
  | {
      readonly type: 'for';
      readonly first?: Statement;
      readonly test?: Expression;
      readonly next?: Statement;
      readonly body: Statement;
    }
  | { readonly type: 'each'; readonly name: string; readonly array: string; readonly body: Statement }
  | { readonly type: 'delete'; readonly array: string; readonly keys?: readonly Expression[] }
  | { readonly type: 'jump'; readonly how: 'next' | 'break' | 'continue' | 'nextfile' }
  | { readonly type: 'exit' | 'return'; readonly value?: Expression };

export interface Rule {
  readonly when: 'BEGIN' | 'END' | 'line';
  readonly from?: Expression;
  readonly to?: Expression;
  readonly body?: Statement;
}

export interface AwkFunction {
  readonly params: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

import Markdown from 'react-markdown';
import remarkDirective from 'remark-directive';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import * as z from 'zod/mini';
import type { Language } from '../i18n/languages.ts';
import { ContentError } from './contentError.ts';
import { lessonDirectives } from './directives.ts';
import type { LessonStep, ProseNode, StepCommand } from './lesson.ts';
import { parseYaml } from './yaml.ts';

const line = z.string().check(z.minLength(1));

const frontMatterSchema = z.strictObject({
  title: line,
  summary: line,
  objectives: z.array(line).check(z.minLength(1)),
  minutes: z.number().check(z.positive()),
  sources: z.array(line).check(z.minLength(1)),
});

/** A reference of the text: what it points to, and where it stands. */
interface Reference {
  readonly directive: 'predict' | 'quiz' | 'lab' | 'term';
  readonly of: string;
}

/** `:out[command]` of a text: its element, waiting for the words, and the commands that have run before it. */
export interface Output {
  readonly command: string;
  readonly after: readonly StepCommand[];
  readonly properties: Record<string, unknown>;
}

/** One Markdown file, checked by itself: what it refers to is not looked up yet. */
export interface LessonText {
  readonly file: string;
  readonly frontMatter: z.infer<typeof frontMatterSchema>;
  readonly tree: readonly ProseNode[];
  readonly steps: readonly LessonStep[];
  readonly references: readonly Reference[];
  readonly outputs: readonly Output[];
  /** Kinds of the notes, in their order. */
  readonly notes: readonly string[];
  /** Finds the line that first holds a text, for messages. */
  lineOf(text: string): number;
}

/** The element of a React tree as far as it is read here; React itself has no place in this folder. */
interface Element {
  readonly type: unknown;
  readonly props: Readonly<Record<string, unknown>>;
}

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null && 'props' in value;

/** Elements whose children are blocks: a line break between those is no text. */
const holdsBlocks = new Set(['root', 'step', 'note', 'ul', 'ol', 'blockquote', 'table', 'thead', 'tbody', 'tr']);

/** A lesson may quote its sentence in the other language too; such a paragraph says which one it is. */
function foreign(nodes: readonly ProseNode[], language: Language): Language | undefined {
  const found = /[가-힣]/.test(plainText(nodes)) ? 'ko' : 'en';
  return found === language ? undefined : found;
}

/** Texts that stand side by side become one. */
function joined(nodes: readonly ProseNode[]): readonly ProseNode[] {
  const result: ProseNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (typeof node === 'string' && typeof last === 'string') result[result.length - 1] = last + node;
    else result.push(node);
  }
  return result;
}

/** Turns the element tree of React into our own. */
class Serialiser {
  private readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  children(children: unknown, tag: string): readonly ProseNode[] {
    if (Array.isArray(children)) return joined(children.flatMap((child) => this.children(child, tag)));
    if (isElement(children)) return [this.element(children, tag)];
    if (typeof children !== 'string' || (children === '\n' && holdsBlocks.has(tag))) return [];
    return [tag === 'code' ? children : children.replaceAll('\n', ' ')];
  }

  /** A React element as `[tag, props, ...children]`. */
  private element(
    { type, props: { children, node: _, className: __, ...properties } }: Element,
    inside: string,
  ): ProseNode {
    const tag = String(type);
    const nodes = this.children(children, tag);
    const [only] = nodes;
    if (tag === 'pre' && only !== undefined) return only;
    const given: Record<string, unknown> = { ...properties };
    if (tag === 'run') given.commands = JSON.parse(String(given.commands));
    const lang = tag === 'p' && inside === 'blockquote' ? foreign(nodes, this.language) : undefined;
    if (lang !== undefined) given.lang = lang;
    return [tag, Object.keys(given).length === 0 ? null : given, ...nodes];
  }
}

function plainText(nodes: readonly ProseNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      const [, , ...children] = node;
      return plainText(children);
    })
    .join('');
}

/** Collects what the tree says about steps, references and outputs, in the order of reading. */
class Survey {
  readonly steps: (LessonStep & { commands: StepCommand[] })[] = [];
  readonly references: Reference[] = [];
  readonly outputs: Output[] = [];
  readonly notes: string[] = [];
  private readonly fail: (text: string, reason: string) => never;

  constructor(fail: (text: string, reason: string) => never) {
    this.fail = fail;
  }

  read(nodes: readonly ProseNode[], step?: { commands: StepCommand[] }): void {
    for (const node of nodes) {
      if (typeof node === 'string') continue;
      const [tag, given, ...children] = node;
      const properties = (given ?? {}) as Record<string, unknown>;
      let inside = step;
      if (tag === 'step') inside = this.step(properties, children, step !== undefined);
      if (tag === 'run') this.run(properties.commands as readonly StepCommand[], step);
      if (tag === 'note') this.notes.push(String(properties.kind));
      if (tag === 'predict' || tag === 'quiz' || tag === 'lab' || tag === 'term')
        this.references.push({ directive: tag, of: String(properties.of) });
      if (tag === 'out') {
        const after = this.steps.flatMap(({ commands }) => commands);
        this.outputs.push({ command: String(properties.command), after, properties });
      }
      this.read(children, inside);
    }
  }

  private step(properties: Record<string, unknown>, children: readonly ProseNode[], nested: boolean) {
    const id = String(properties.id);
    if (nested) this.fail(`#${id}`, `step ${id} stands inside another step`);
    if (this.steps.some((other) => other.id === id)) this.fail(`#${id}`, `step ${id} stands twice`);
    const heading = children.find((child) => typeof child !== 'string' && /^h[2-4]$/.test(child[0]));
    if (heading === undefined) return this.fail(`#${id}`, `step ${id} needs a heading`);
    const { view, focus } = properties;
    const step = {
      id,
      title: plainText([heading]),
      commands: [],
      ...(typeof view === 'string' ? { view } : {}),
      ...(typeof focus === 'string' ? { focus } : {}),
    };
    this.steps.push(step);
    return step;
  }

  private run(commands: readonly StepCommand[], step: { commands: StepCommand[] } | undefined): void {
    if (step === undefined) this.fail(commands[0]?.line ?? '', 'a run block belongs inside a step');
    else step.commands.push(...commands);
  }
}

/**
 * Reads one Markdown file of a lesson. Throws a ContentError with file and line for a wrong front matter, an unknown
 * directive, a step without a heading, or commands outside a step.
 */
export function readLessonText(text: string, file: string, language: Language): LessonText {
  const lineOf = (part: string) => text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;
  const fail = (part: string, reason: string): never => {
    throw new ContentError(file, lineOf(part), reason);
  };
  const front = /^---\n(.*?)\n---\n/s.exec(text)?.[1];
  if (front === undefined)
    throw new ContentError(file, 1, 'a lesson starts with its front matter between two lines of ---');
  const frontMatter = parseYaml(front, frontMatterSchema, file, 2);
  const element: unknown = Markdown({
    children: text,
    remarkPlugins: [
      remarkFrontmatter,
      remarkGfm,
      remarkDirective,
      lessonDirectives(text, (node, reason) => {
        throw new ContentError(file, node.position?.start.line ?? 1, reason);
      }),
    ],
  });
  const tree = isElement(element) ? new Serialiser(language).children(element.props.children, 'root') : [];
  const survey = new Survey(fail);
  survey.read(tree);
  if (survey.steps.length === 0) fail('', 'a lesson needs a step');
  const { steps, references, outputs, notes } = survey;
  return { file, frontMatter, tree, steps, references, outputs, notes, lineOf };
}

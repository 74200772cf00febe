import { commandLines } from '../quiz/host.ts';
import type { StepCommand } from './lesson.ts';

/** A node of the Markdown tree (mdast) as far as lessons look at it. */
interface MarkdownNode {
  type: string;
  position?: { readonly start: Point; readonly end: Point };
  children?: MarkdownNode[];
  value?: string;
  /** What React shall make of the node (mdast-util-to-hast). */
  data?: { hName?: string; hProperties?: Record<string, string>; hChildren?: [] };
  /** Of a code block. */
  lang?: string | null;
  meta?: string | null;
}

interface Point {
  readonly line: number;
  readonly offset?: number;
}

/** A node of mdast-util-directive. */
interface Directive extends MarkdownNode {
  type: DirectiveType;
  name: string;
  attributes?: Readonly<Record<string, string | null | undefined>> | null;
}

type DirectiveType = 'containerDirective' | 'leafDirective' | 'textDirective';

/** Reports a fault at a place of the text and does not come back. */
export type Fail = (node: MarkdownNode, reason: string) => never;

/** Which attributes a directive takes; `*` after a name says that it must be there. */
const shapes: Readonly<Record<DirectiveType, Readonly<Record<string, readonly string[]>>>> = {
  containerDirective: { step: ['id*', 'view', 'focus'], note: ['kind*'] },
  leafDirective: { predict: ['of*'], quiz: ['of*'], lab: ['of*'] },
  textDirective: { term: ['of*'], out: [] },
};

const noteKinds = ['misconception', 'correction', 'deeper', 'history'];

function checkAttributes(node: Directive, takes: readonly string[], fail: Fail): void {
  const attributes = node.attributes ?? {};
  const names = takes.map((name) => name.replace('*', ''));
  for (const name of Object.keys(attributes))
    if (!names.includes(name)) fail(node, `${node.name} takes no ${name}; it takes ${names.join(', ') || 'nothing'}`);
  for (const name of takes)
    if (name.endsWith('*') && !attributes[name.slice(0, -1)]) fail(node, `${node.name} needs ${name.slice(0, -1)}`);
  if (node.name === 'note' && !noteKinds.includes(attributes.kind ?? ''))
    fail(node, `there is no note of kind ${attributes.kind}; there are ${noteKinds.join(', ')}`);
  if (node.name === 'step' && !/^[a-z0-9-]+$/.test(attributes.id ?? ''))
    fail(node, `${attributes.id} is no id of a step: small letters, digits and hyphens`);
}

const isDirective = (node: MarkdownNode): node is Directive => Object.hasOwn(shapes, node.type);

const sourceOf = (node: MarkdownNode, text: string) =>
  text.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);

/** The label of `:out[…]` exactly as it was written: a command must not be read as Markdown. */
function labelOf(node: Directive, text: string): string {
  const from = node.children?.[0]?.position?.start.offset ?? 0;
  const to = node.children?.at(-1)?.position?.end.offset ?? 0;
  return text.slice(from, to);
}

/** `~~~sh run exit=1 tty=c1`: the block's commands; the status is that of the last one. */
function commandsOf(node: MarkdownNode, meta: readonly string[], fail: Fail): readonly StepCommand[] {
  const given = new Map<string, string>();
  for (const word of meta) {
    const [, name, value] = /^(exit|tty)=([a-z0-9]+)$/.exec(word) ?? [];
    if (name === undefined || value === undefined || (name === 'exit' && !/^\d{1,3}$/.test(value)))
      return fail(node, `a run block does not understand ${word}; it takes exit=<status> and tty=<name>`);
    given.set(name, value);
  }
  const lines = commandLines(node.value ?? '');
  if (lines.length === 0) return fail(node, 'a run block needs a command');
  const tty = given.get('tty');
  return lines.map((line, index) => ({
    line,
    ...(given.has('exit') && index === lines.length - 1 ? { exit: Number(given.get('exit')) } : {}),
    ...(tty === undefined ? {} : { tty }),
  }));
}

function codeBlock(node: MarkdownNode, fail: Fail): void {
  const [mode, ...meta] = (node.meta ?? '').split(/\s+/).filter(Boolean);
  if (node.lang === 'sh' && mode === 'run') {
    // Properties of an element are texts; the commands travel as JSON and are read back when the tree is serialised.
    node.data = {
      hName: 'run',
      hProperties: { commands: JSON.stringify(commandsOf(node, meta, fail)) },
      hChildren: [],
    };
    return;
  }
  if (mode !== 'show' || meta.length > 0)
    fail(node, 'a block is either `~~~sh run`, which the host runs, or `show`, which it does not');
  node.data = { hName: 'show', hProperties: { text: node.value ?? '' }, hChildren: [] };
}

/** A colon in prose (`8080:80`, `nginx:alpine`) reads as a directive; without brackets or braces it is text again. */
function restored(node: Directive, text: string, fail: Fail): MarkdownNode {
  const source = sourceOf(node, text);
  if (source !== `:${node.name}`) fail(node, `there is no :${node.name}; there are :term and :out`);
  return { type: 'text', value: source, ...(node.position ? { position: node.position } : {}) };
}

function directive(node: Directive, text: string, fail: Fail): MarkdownNode {
  const takes = Object.hasOwn(shapes[node.type], node.name) ? shapes[node.type][node.name] : undefined;
  if (takes === undefined) {
    if (node.type === 'textDirective') return restored(node, text, fail);
    const known = Object.keys(shapes[node.type]).join(', ');
    return fail(node, `there is no ${node.type === 'leafDirective' ? '::' : ':::'}${node.name}; there are ${known}`);
  }
  checkAttributes(node, takes, fail);
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(node.attributes ?? {})) properties[name] = value ?? '';
  if (node.name === 'out') {
    properties.command = labelOf(node, text);
    if (properties.command === '') fail(node, ':out needs a command');
    node.children = [];
  }
  if (node.name === 'term' && (node.children ?? []).length === 0) fail(node, ':term needs the word in brackets');
  node.data = { ...node.data, hName: node.name, hProperties: properties };
  return node;
}

function walk(parent: MarkdownNode, text: string, fail: Fail): void {
  for (const [index, child] of (parent.children ?? []).entries()) {
    let node = child;
    if (node.type === 'html') fail(node, 'HTML is not part of a lesson: write Markdown');
    if (node.type === 'code') codeBlock(node, fail);
    if (isDirective(node)) node = directive(node, text, fail);
    if (parent.children !== undefined) parent.children[index] = node;
    walk(node, text, fail);
  }
}

/**
 * A remark plugin: gives our directives and code blocks the element that src/app/prose renders, and stops at every
 * one that it does not know.
 */
export function lessonDirectives(text: string, fail: Fail): () => (tree: MarkdownNode) => void {
  return () => (tree) => walk(tree, text, fail);
}

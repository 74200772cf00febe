import type { Result } from '../core/errno.ts';
import { ok } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Viewer, VirtualNode } from './vfs.ts';

/** What the named parts of a path stood for: `/proc/:pid/fd/:fd` at `/proc/7/fd/1` → { pid: '7', fd: '1' }. */
export type Parts = Readonly<Record<string, string>>;

/** Makes the node of one path; undefined when there is none for these parts. */
export type Entry = (viewer: Viewer, parts: Parts) => VirtualNode | undefined;

/** The names that may stand for a part of a path. `has` is asked instead of all names where that is cheaper. */
interface PartNames {
  readonly names: (viewer: Viewer, parts: Parts) => readonly string[];
  readonly has?: (viewer: Viewer, parts: Parts, name: string) => boolean;
}

interface Node {
  readonly children: Map<string, Node>;
  part?: { readonly name: string; readonly node: Node };
  entry?: Entry;
  mode?: number;
}

const newNode = (): Node => ({ children: new Map() });

/**
 * The tree of a generated filesystem, declared path by path from wherever a thing lives, so that the kernel's files need
 * not know the network's. Directories follow from the paths below them.
 */
export class PseudoTree {
  private readonly root = newNode();
  private readonly parts = new Map<string, PartNames>();

  /** Says which names a `:part` takes. */
  part(name: string, names: PartNames): void {
    this.parts.set(name, names);
  }

  define(path: string, entry: Entry): void {
    this.nodeFor(path).entry = entry;
  }

  /** A directory that is there even when empty, or whose mode is not 0555. */
  directory(path: string, mode = 0o555): void {
    this.nodeFor(path).mode = mode;
  }

  lookUp(viewer: Viewer, path: string): VirtualNode | undefined {
    let node = this.root;
    const parts: Record<string, string> = {};
    for (const name of path.split('/')) {
      if (name === '') continue;
      const literal = node.children.get(name);
      if (literal) {
        node = literal;
        continue;
      }
      const { part } = node;
      if (!part || !this.takes(part.name, viewer, parts, name)) return undefined;
      parts[part.name] = name;
      node = part.node;
    }
    if (node.entry) return node.entry(viewer, parts);
    return { kind: 'dir', mode: node.mode ?? 0o555, names: () => this.names(node, viewer, parts) };
  }

  private names(node: Node, viewer: Viewer, parts: Parts): readonly string[] {
    const literal = [...node.children].filter(([, child]) => !child.entry || child.entry(viewer, parts));
    const named = node.part ? (this.parts.get(node.part.name)?.names(viewer, parts) ?? []) : [];
    return [...new Set([...literal.map(([name]) => name), ...named])].sort();
  }

  private takes(part: string, viewer: Viewer, parts: Parts, name: string): boolean {
    const known = this.parts.get(part);
    if (!known) return false;
    return known.has ? known.has(viewer, parts, name) : known.names(viewer, parts).includes(name);
  }

  private nodeFor(path: string): Node {
    let node = this.root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      if (name.startsWith(':')) {
        node.part ??= { name: name.slice(1), node: newNode() };
        node = node.part.node;
        continue;
      }
      const child = node.children.get(name) ?? newNode();
      node.children.set(name, child);
      node = child;
    }
    return node;
  }
}

/** A generated file that can be read. */
export const textNode = (text: () => string, mode = 0o444): VirtualNode => ({ kind: 'file', mode, text });

/** A generated file that can also be written. */
export const writableNode = (
  text: () => string,
  write: (tx: Transaction, text: string) => Result<undefined>,
  mode = 0o644,
): VirtualNode => ({ kind: 'file', mode, text, write });

export const linkNode = (target: string): VirtualNode => ({ kind: 'link', mode: 0o777, target });

/** For a write that always succeeds. */
export const written = (): Result<undefined> => ok(undefined);

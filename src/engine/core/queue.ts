import type { Micros } from './units.ts';

/** A wake-up: at `at`, in the order of `seq` among equals. */
export interface Wakeup {
  readonly at: Micros;
  readonly seq: number;
  readonly kind: string;
  /** Plain JSON for the one who set it. */
  readonly what: unknown;
}

/** A persistent leftist heap: every version stays valid, so time travel keeps its queue for nothing. */
export type Queue = HeapNode | undefined;

interface HeapNode {
  readonly top: Wakeup;
  readonly rank: number;
  readonly left: Queue;
  readonly right: Queue;
}

const before = (a: Wakeup, b: Wakeup): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

function merge(a: Queue, b: Queue): Queue {
  if (!a) return b;
  if (!b) return a;
  if (before(b.top, a.top)) return merge(b, a);
  const right = merge(a.right, b) as HeapNode;
  const leftRank = a.left?.rank ?? 0;
  return leftRank >= right.rank
    ? { top: a.top, rank: right.rank + 1, left: a.left, right }
    : { top: a.top, rank: leftRank + 1, left: right, right: a.left };
}

export const pushWakeup = (queue: Queue, wakeup: Wakeup): Queue =>
  merge(queue, { top: wakeup, rank: 1, left: undefined, right: undefined });

export const popWakeup = (queue: HeapNode): Queue => merge(queue.left, queue.right);

/** All wake-ups in the order in which they will come; the form in which a queue is saved. */
export function listWakeups(queue: Queue): readonly Wakeup[] {
  const found: Wakeup[] = [];
  const stack: Queue[] = [queue];
  while (stack.length > 0) {
    const node = stack.pop();
    if (!node) continue;
    found.push(node.top);
    stack.push(node.left, node.right);
  }
  return found.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

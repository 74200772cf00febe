/** What a row or an index entry is found by. */
export type Key = string | number;

class Leaf<V> {
  constructor(
    readonly hash: number,
    readonly key: Key,
    readonly value: V,
  ) {}
}

/** Up to 32 slots, of which only those that `bitmap` names are there; behind the last bits of a hash, in any order. */
class Branch<V> {
  constructor(
    public bitmap: number,
    readonly slots: (Leaf<V> | Branch<V>)[],
    readonly owner: object | undefined,
  ) {}
}

const BITS = 5;
const MASK = 31;
/** A hash has 32 bits: from here on keys of one hash stand side by side. */
const DEEPEST = 35;

/** Integers are their own hash, so ids given out in order fill the branches evenly. */
function hashOf(key: Key): number {
  if (typeof key === 'number') return key | 0;
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  // Neighbouring texts differ in their last characters only: spread that over all bits (Murmur3's finalizer, half).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** How many slots stand before `bit`. */
function rankOf(bitmap: number, bit: number): number {
  let n = bitmap & (bit - 1);
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function find<V>(root: Branch<V>, key: Key): V | undefined {
  const hash = hashOf(key);
  let node = root;
  for (let shift = 0; shift < DEEPEST; shift += BITS) {
    const bit = 1 << ((hash >>> shift) & MASK);
    if ((node.bitmap & bit) === 0) return undefined;
    const slot = node.slots[rankOf(node.bitmap, bit)] as Leaf<V> | Branch<V>;
    if (slot instanceof Leaf) return slot.key === key ? slot.value : undefined;
    node = slot;
  }
  return (node.slots as Leaf<V>[]).find((leaf) => leaf.key === key)?.value;
}

/** The branch itself where its owner writes, else a copy that belongs to the writer. */
const owned = <V>(node: Branch<V>, owner: object): Branch<V> =>
  node.owner === owner ? node : new Branch(node.bitmap, node.slots.slice(), owner);

/** Two leaves whose hashes agree below `shift`. */
function fork<V>(a: Leaf<V>, b: Leaf<V>, shift: number, owner: object): Branch<V> {
  if (shift >= DEEPEST) return new Branch(0, [a, b], owner);
  const [at, bt] = [(a.hash >>> shift) & MASK, (b.hash >>> shift) & MASK];
  if (at === bt) return new Branch(1 << at, [fork(a, b, shift + BITS, owner)], owner);
  return new Branch((1 << at) | (1 << bt), at < bt ? [a, b] : [b, a], owner);
}

/** What `splice(at, 0, leaf)` does, without the array that it gives back. */
function openSlot<V>(slots: (Leaf<V> | Branch<V>)[], at: number, leaf: Leaf<V>): void {
  slots.push(leaf);
  for (let i = slots.length - 1; i > at; i--) slots[i] = slots[i - 1] as Leaf<V>;
  slots[at] = leaf;
}

function insert<V>(from: Branch<V>, leaf: Leaf<V>, shift: number, owner: object): Branch<V> {
  const node = owned(from, owner);
  if (shift >= DEEPEST) {
    const at = (node.slots as Leaf<V>[]).findIndex(({ key }) => key === leaf.key);
    node.slots[at < 0 ? node.slots.length : at] = leaf;
    return node;
  }
  const bit = 1 << ((leaf.hash >>> shift) & MASK);
  const at = rankOf(node.bitmap, bit);
  if ((node.bitmap & bit) === 0) {
    node.bitmap |= bit;
    openSlot(node.slots, at, leaf);
    return node;
  }
  const slot = node.slots[at] as Leaf<V> | Branch<V>;
  if (slot instanceof Branch) node.slots[at] = insert(slot, leaf, shift + BITS, owner);
  else node.slots[at] = slot.key === leaf.key ? leaf : fork(slot, leaf, shift + BITS, owner);
  return node;
}

/** The branch without the key; undefined once nothing is left in it. */
function remove<V>(from: Branch<V>, hash: number, key: Key, shift: number, owner: object): Branch<V> | undefined {
  const bit = 1 << ((hash >>> shift) & MASK);
  const deep = shift >= DEEPEST;
  if (!deep && (from.bitmap & bit) === 0) return from;
  const at = deep ? (from.slots as Leaf<V>[]).findIndex((leaf) => leaf.key === key) : rankOf(from.bitmap, bit);
  const slot = from.slots[at];
  if (!slot || (slot instanceof Leaf && slot.key !== key)) return from;
  const rest = slot instanceof Branch ? remove(slot, hash, key, shift + BITS, owner) : undefined;
  if (rest === slot) return from;
  const node = owned(from, owner);
  if (rest) {
    node.slots[at] = rest;
    return node;
  }
  node.slots.splice(at, 1);
  if (!deep) node.bitmap &= ~bit;
  return node.slots.length > 0 ? node : undefined;
}

const nothing = <V>(): Branch<V> => new Branch<V>(0, [], undefined);

/**
 * A persistent map: a hash trie of 32-way branches (Bagwell 2001, *Ideal Hash Trees*). Never changes; `edit()` gives a
 * draft that shares all it does not touch. A read costs one branch for every factor of 32 in size.
 */
export class Trie<V> {
  static readonly empty: Trie<never> = new Trie<never>(nothing());

  private constructor(private readonly root: Branch<V>) {}

  /** For drafts alone. */
  static of<V>(root: Branch<V>): Trie<V> {
    return new Trie(root);
  }

  get(key: Key): V | undefined {
    return find(this.root, key);
  }

  edit(): TrieDraft<V> {
    return new TrieDraft(this.root);
  }

  /** All values, in no order that means anything. */
  values(): V[] {
    return leavesOf(this.root).map(({ value }) => value);
  }

  entries(): [Key, V][] {
    return leavesOf(this.root).map(({ key, value }) => [key, value]);
  }
}

const GONE = Symbol('gone');

/**
 * A trie in the making. What is written waits in a table of its own, where most of it is written again soon; `freeze()`
 * takes it into the trie, one copy of each branch on the way.
 */
export class TrieDraft<V> {
  private readonly written = new Map<Key, V | typeof GONE>();

  constructor(private root: Branch<V>) {}

  get(key: Key): V | undefined {
    const fresh = this.written.get(key);
    if (fresh === undefined) return find(this.root, key);
    return fresh === GONE ? undefined : fresh;
  }

  set(key: Key, value: V): void {
    this.written.set(key, value);
  }

  delete(key: Key): void {
    this.written.set(key, GONE);
  }

  values(): V[] {
    return this.freeze().values();
  }

  /** The map as it stands; the draft may go on from it. */
  freeze(): Trie<V> {
    const owner = {};
    // forEach, for iterating over a Map makes a pair for every entry.
    this.written.forEach((value, key) => {
      const hash = hashOf(key);
      this.root =
        value === GONE
          ? (remove(this.root, hash, key, 0, owner) ?? nothing())
          : insert(this.root, new Leaf(hash, key, value), 0, owner);
    });
    this.written.clear();
    return Trie.of(this.root);
  }
}

function leavesOf<V>(root: Branch<V>): Leaf<V>[] {
  const leaves: Leaf<V>[] = [];
  const walk = (node: Branch<V>): void => {
    for (const slot of node.slots) {
      if (slot instanceof Leaf) leaves.push(slot);
      else walk(slot);
    }
  };
  walk(root);
  return leaves;
}

/** A map that is filled in one go. */
export function trieOf<V>(fill: (draft: TrieDraft<V>) => void): Trie<V> {
  const draft = (Trie.empty as Trie<V>).edit();
  fill(draft);
  return draft.freeze();
}

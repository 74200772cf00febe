import type { Transaction } from '../../engine/core/transaction.ts';
import { findNetdev, type Netdev } from '../../engine/net/netdev.ts';
import type { Context } from '../command.ts';

/** One call of ip(8): the output flags, the namespace that it speaks to, the words behind the object. */
export class IpCall {
  constructor(
    readonly ctx: Context,
    readonly ns: number,
    readonly options: {
      readonly brief: boolean;
      readonly oneline: boolean;
      readonly details: boolean;
      readonly stats: boolean;
      readonly family: '4' | '6' | undefined;
    },
    readonly words: readonly string[],
  ) {}

  get tx(): Transaction {
    return this.ctx.sys.tx;
  }

  get busybox(): boolean {
    return this.ctx.busybox;
  }

  out(text: string): void {
    this.ctx.out(text);
  }

  /** Words on stderr, without the command's name, as iproute2 prints them. */
  fail(text: string, status: number): number {
    this.ctx.err(`${this.busybox ? 'ip: ' : ''}${text}\n`);
    return status;
  }

  device(name: string): Netdev | undefined {
    return findNetdev(this.tx, this.ns, name);
  }

  noDevice(name: string): number {
    return this.busybox ? this.fail(`can't find device '${name}'`, 1) : this.fail(`Cannot find device "${name}"`, 1);
  }

  /** The kernel's refusal without more words. */
  kernel(text: string): number {
    return this.fail(`RTNETLINK answers: ${text}`, 2);
  }

  garbage(word: string): number {
    return this.fail(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
  }

  missing(): number {
    return this.fail('Command line is not complete. Try option "help"', 255);
  }
}

/** Does a word abbreviate one of these, as iproute2's `matches` takes it? */
export const abbreviates = (word: string, ...full: readonly string[]): boolean =>
  full.some((name) => word !== '' && name.startsWith(word));

export const isLladdr = (text: string): boolean => /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text);

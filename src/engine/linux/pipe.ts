import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { wake } from './wait.ts';

/** pipe(7): capacity in bytes. */
export const PIPE_SIZE = 65536;

/** A pipe or FIFO: bytes on their way (as text), and how many open files hold each end. */
export interface Pipe extends Row {
  readonly text: string;
  readonly readers: number;
  readonly writers: number;
}

export const PIPE = defineTable<Pipe>({ name: 'pipe' });

export const pipeChannel = (id: number): string => `pipe:${id}`;

export function changePipe(tx: Transaction, id: number, fields: Partial<Omit<Pipe, 'id'>>): void {
  tx.put(PIPE, { ...tx.need(PIPE, id), ...fields });
  wake(tx, pipeChannel(id));
}

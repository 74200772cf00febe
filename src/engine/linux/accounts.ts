import type { Reader } from '../core/world.ts';
import type { Process } from './process.ts';
import { readFile } from './vfs.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Rows of /etc/passwd as a process sees it. */
export function accounts(read: Reader, process: Process): readonly Account[] {
  const text = readFile(read, process, '/etc/passwd');
  if (!text.ok) return [];
  return text.value
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', , uid, gid, , home = '/', shell = ''] = line.split(':');
      return { name, uid: Number(uid), gid: Number(gid), home, shell };
    });
}

/** An account by name or number. */
export const passwdEntry = (read: Reader, process: Process, who: string): Account | undefined =>
  accounts(read, process).find((account) => account.name === who || String(account.uid) === who);

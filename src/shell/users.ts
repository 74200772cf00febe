import type { System } from '../engine/linux/system.ts';
import { readFile } from '../engine/linux/vfs.ts';

interface Account {
  readonly name: string;
  readonly id: number;
  readonly fields: readonly string[];
}

function accounts(sys: System, file: string): readonly Account[] {
  const text = readFile(sys.tx, sys.self, file);
  if (!text.ok) return [];
  return text.value.split('\n').flatMap((line) => {
    const fields = line.split(':');
    return fields.length > 2 ? [{ name: fields[0] as string, id: Number(fields[2]), fields }] : [];
  });
}

export const users = (sys: System): readonly Account[] => accounts(sys, '/etc/passwd');
export const groups = (sys: System): readonly Account[] => accounts(sys, '/etc/group');

/** The name of a number, or the number itself. */
export const nameOf = (list: readonly Account[], id: number): string =>
  list.find((one) => one.id === id)?.name ?? String(id);

export const idOf = (list: readonly Account[], text: string): number | undefined =>
  list.find((one) => one.name === text)?.id ?? (/^\d+$/.test(text) ? Number(text) : undefined);

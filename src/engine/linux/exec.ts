import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import type { Merged } from './overlay.ts';
import { type Process, patchProcess } from './process.ts';
import { findProgram } from './program.ts';
import { FRESH } from './scheduler.ts';
import { basename, type Found, kindOf, may, pathFromRoot, resolve, statOf } from './vfs.ts';

interface Image {
  readonly exe: string;
  readonly program: string;
  /** Words that stand before the operands: the interpreter's, for a script. */
  readonly argv: readonly string[];
}

/**
 * What execve(2) would load: a binary's program (a multi-call binary goes by argv[0]), or for `#!` its interpreter.
 * ENOENT, EACCES for a directory or a file without execute permission, ENOEXEC for text without `#!`.
 */
function load(read: Reader, process: Process, path: string, argv: readonly string[], depth = 0): Result<Image> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  const kind = kindOf(found.value);
  if (kind !== 'file' || !may(process, statOf(found.value), 'x')) return fail('EACCES');
  const inode = (found.value.merged as Merged | undefined)?.inode;
  if (!inode) return fail('EACCES');
  const exe = pathFromRoot(process, found.value);
  if (inode.program !== undefined) {
    const applet = MULTI_CALL.has(inode.program)
      ? basename(argv[0] ?? path).replace(/^-/, '') || inode.program
      : inode.program;
    const program = findProgram(applet) ? applet : inode.program;
    // A binary whose program is not simulated is like one whose loader is missing.
    return findProgram(program) ? ok({ exe, program, argv }) : fail('ENOENT');
  }
  const shebang = /^#!\s*(\S+)(?:[ \t]+(.*?))?\s*(?:\n|$)/.exec(inode.text);
  if (!shebang || depth > 4) return fail('ENOEXEC');
  const words = [shebang[1] as string, ...(shebang[2] ? [shebang[2]] : []), path, ...argv.slice(1)];
  return load(read, process, shebang[1] as string, words, depth + 1);
}

/** Bytes that arguments and environment may take, their pointers included (execve(2), ARG_MAX of an 8 MiB stack). */
const ARG_MAX = 2 << 20;

const tooLong = (argv: readonly string[], env: Process['env']): boolean => {
  let size = 0;
  for (const word of argv) size += word.length + 9;
  for (const [name, value] of Object.entries(env)) size += name.length + value.length + 10;
  return size > ARG_MAX;
};

const MULTI_CALL = new Set(['busybox']);

/** execve(2): E2BIG, or as `load`; the process keeps its numbers and descriptors and runs another program. Caught signals go back to their defaults. */
export function execve(
  tx: Transaction,
  process: Process,
  path: string,
  argv: readonly string[],
  env = process.env,
): Result<Process> {
  if (tooLong(argv, env)) return fail('E2BIG');
  const image = load(tx, process, path, argv);
  if (!image.ok) return image;
  const row = patchProcess(tx, process.id, {
    program: image.value.program,
    data: FRESH,
    argv: image.value.argv,
    env,
    exe: image.value.exe,
    comm: basename(path).slice(0, 15),
    caught: [],
    pending: [],
  });
  tx.emit('process.exec', { table: 'process', id: row.id }, { comm: row.comm, argv: row.argv });
  return ok(row);
}

/** A binary that stands on the disk but that nothing here can run is passed over, so that its name is `not found`. */
function isSimulated(found: Found, name: string): boolean {
  const program = found.merged?.inode.program;
  if (program === undefined) return true;
  return (MULTI_CALL.has(program) && findProgram(name) !== undefined) || findProgram(program) !== undefined;
}

/** Where a command word is found along a PATH: EACCES when only files that may not run were met, else ENOENT. */
export function findInPath(read: Reader, process: Process, name: string, path: string): Result<string> {
  let error: 'ENOENT' | 'EACCES' = 'ENOENT';
  for (const dir of path.split(':')) {
    const candidate = `${dir === '' ? '.' : dir.replace(/\/$/, '')}/${name}`;
    const found = resolve(read, process, candidate);
    if (!found.ok) continue;
    if (!isSimulated(found.value, name)) continue;
    if (kindOf(found.value) === 'file' && may(process, statOf(found.value), 'x')) return ok(candidate);
    if (kindOf(found.value) !== 'dir') error = 'EACCES';
  }
  return fail(error);
}

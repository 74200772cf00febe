import type { Redirection } from 'unbash';
import { type Errno, strerror } from '../engine/core/errno.ts';
import { openFile } from '../engine/linux/file.ts';
import type { System } from '../engine/linux/system.ts';
import type { Expansion } from './expand.ts';
import { openPath } from './files.ts';
import { defineFrame, type Shell } from './shell.ts';
import type { Frame } from './state.ts';

/** A redirection with its words expanded: what is to be done to the descriptors. Plain JSON. */
export type Redirect =
  | { readonly fd: number; readonly open: string; readonly how: '<' | '>' | '>>' | '<>' | '>|' }
  | { readonly fd: number; readonly copy: number; readonly move?: boolean }
  | { readonly fd: number; readonly close: true }
  | { readonly fd: number; readonly text: string }
  | { readonly bad: string };

/** Expands the words of redirections. */
export function expandRedirects(expansion: Expansion, redirections: readonly Redirection[]): readonly Redirect[] {
  return redirections.flatMap((one) => expandRedirect(expansion, one));
}

function expandRedirect(expansion: Expansion, one: Redirection): readonly Redirect[] {
  const given = one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : undefined;
  if (one.type === 'HereString') return [{ fd: given ?? 0, text: `${expansion.single(one.target)}\n` }];
  if (one.type === 'HereDoc') {
    const { body } = one;
    const text = body.parts ? expansion.partsText(body.parts) : body.text;
    return [{ fd: given ?? 0, text: one.operator === '<<-' ? text.replace(/^\t+/gm, '') : text }];
  }
  const words = one.target ? expansion.words(one.target) : [];
  const [target] = words;
  if (target === undefined || words.length > 1) return [{ bad: `${one.target?.text ?? ''}: ambiguous redirect` }];
  switch (one.operator) {
    case '&>':
    case '&>>':
      return [
        { fd: 1, open: target, how: one.operator === '&>' ? '>' : '>>' },
        { fd: 2, copy: 1 },
      ];
    case '>&':
    case '<&': {
      const fd = given ?? (one.operator === '>&' ? 1 : 0);
      if (target === '-') return [{ fd, close: true }];
      const number = /^(\d+)(-?)$/.exec(target);
      if (number) return [{ fd, copy: Number(number[1]), ...(number[2] ? { move: true } : {}) }];
      if (one.operator === '>&' && given === undefined)
        return [
          { fd: 1, open: target, how: '>' },
          { fd: 2, copy: 1 },
        ];
      return [{ bad: `${target}: ambiguous redirect` }];
    }
    default:
      return [{ fd: given ?? (one.operator.startsWith('<') ? 0 : 1), open: target, how: one.operator }];
  }
}

export interface RedirectFailure {
  /** In bash's words. */
  readonly what: string;
  readonly error?: Errno;
  readonly creating: boolean;
}

/** Does redirections to a process's descriptors, in order; the first failure ends it. */
export function applyRedirects(
  sys: System,
  redirects: readonly Redirect[],
  noclobber: boolean,
  before?: (fd: number) => void,
): RedirectFailure | undefined {
  for (const one of redirects) {
    if ('bad' in one) return { what: one.bad, creating: false };
    before?.(one.fd);
    if ('close' in one) sys.close(one.fd);
    else if ('text' in one) {
      const file = openFile(sys.tx, {
        kind: 'text',
        target: 0,
        read: true,
        write: false,
        path: 'pipe:[0]',
        text: one.text,
      });
      sys.install(file.id, one.fd);
    } else if ('copy' in one) {
      const made = sys.dup2(one.copy, one.fd);
      if (!made.ok) return { what: String(one.copy), error: made.error, creating: false };
      if (one.move && one.copy !== one.fd) sys.close(one.copy);
    } else {
      const failed = openRedirect(sys, one, noclobber);
      if (failed) return failed;
    }
  }
  return undefined;
}

function openRedirect(
  sys: System,
  one: Extract<Redirect, { open: string }>,
  noclobber: boolean,
): RedirectFailure | undefined {
  const read = one.how === '<' || one.how === '<>';
  const flags =
    one.how === '<'
      ? { read: true }
      : one.how === '<>'
        ? { read: true, write: true, create: true, mode: 0o666 }
        : {
            write: true,
            create: true,
            mode: 0o666,
            ...(one.how === '>>' ? { append: true } : { truncate: true }),
          };
  if (noclobber && one.how === '>') {
    const there = openPath(sys, one.open, { read: true });
    if (there.ok) {
      sys.close(there.value);
      return { what: `${one.open}: cannot overwrite existing file`, creating: true };
    }
  }
  const opened = openPath(sys, one.open, flags, one.fd);
  return opened.ok ? undefined : { what: one.open, error: opened.error, creating: !read };
}

/** The message for a failed redirection, as the shell has it. */
export function redirectMessage(shell: Shell, failure: RedirectFailure): string {
  const { what, error, creating } = failure;
  if (error === undefined) return what;
  if (shell.base.dialect === 'bash') return `${what}: ${strerror(error)}`;
  const verb = creating ? "can't create" : "can't open";
  if (shell.base.dialect === 'dash')
    return `cannot ${creating ? 'create' : 'open'} ${what}: ${dashWords(error, creating)}`;
  return `${verb} ${what}: ${error === 'ENOENT' ? (creating ? 'nonexistent directory' : 'no such file') : strerror(error)}`;
}

const dashWords = (error: Errno, creating: boolean): string =>
  error === 'ENOENT' ? (creating ? 'Directory nonexistent' : 'No such file') : strerror(error);

interface RedirectFrame extends Frame {
  readonly kind: 'redirect';
  /** What stood at a descriptor: a copy of it, or nothing. */
  readonly saved: readonly (readonly [fd: number, copy: number | undefined])[];
}

/** Where a shell keeps copies of descriptors that it will want back. */
const SAVED_FROM = 10;

defineFrame<RedirectFrame>({
  kind: 'redirect',
  step: (shell) => shell.finish(),
  leave(shell, { saved }) {
    for (const [fd, copy] of [...saved].reverse()) {
      if (copy === undefined) shell.sys.close(fd);
      else {
        shell.sys.dup2(copy, fd);
        shell.sys.close(copy);
      }
    }
  },
});

/**
 * Redirects the shell's own descriptors until the frame that this pushes goes: for builtins, functions and compound
 * commands. False with a message when it fails.
 */
export function redirectShell(shell: Shell, redirects: readonly Redirect[], keep = false): boolean {
  if (redirects.length === 0) return true;
  const { sys } = shell;
  const saved: (readonly [number, number | undefined])[] = [];
  const failure = applyRedirects(sys, redirects, shell.options.has('C'), (fd) => {
    if (keep || saved.some(([one]) => one === fd)) return;
    const file = sys.self.fds[fd];
    saved.push([fd, file === undefined ? undefined : sys.install(file, sys.freeFd(SAVED_FROM))]);
  });
  if (!keep) shell.push<RedirectFrame>({ kind: 'redirect', saved });
  if (!failure) return true;
  if (!keep) shell.finish();
  shell.complain(redirectMessage(shell, failure));
  shell.status = shell.base.dialect === 'bash' ? 1 : shell.base.dialect === 'dash' ? 2 : 1;
  return false;
}

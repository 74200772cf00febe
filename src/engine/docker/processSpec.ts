import type { Transaction } from '../core/transaction.ts';
import { findInPath } from '../linux/exec.ts';
import type { Process } from '../linux/process.ts';
import { readFile, stat } from '../linux/vfs.ts';
import { type Answer, answer, type Container, type HostConfig, refuse } from './container.ts';

/** Capabilities of a default container and of a privileged one, as masks (FACTS.md, capabilities). */
const DEFAULT_CAPS = '00000000a80425fb';
const ALL_CAPS = '000001ffffffffff';

/** Names by bit (capabilities(7)). */
const CAPABILITIES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );

const bare = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');

export const isCapability = (name: string): boolean => bare(name) === 'ALL' || CAPABILITIES.includes(bare(name));

/** One bit of a mask of sixteen hex digits, set or cleared. */
function withBit(mask: string, bit: number, set: boolean): string {
  const at = mask.length - 1 - (bit >> 2);
  const digit = Number.parseInt(mask[at] ?? '0', 16);
  const flag = 1 << (bit & 3);
  return mask.slice(0, at) + (set ? digit | flag : digit & ~flag).toString(16) + mask.slice(at + 1);
}

/** The capabilities of a container's first process: Docker's own, `--cap-add` and `--cap-drop` over them. */
export function capsOf({ privileged, capAdd, capDrop }: HostConfig): string {
  if (privileged) return ALL_CAPS;
  const [add, drop] = [capAdd.map(bare), capDrop.map(bare)];
  let caps = drop.includes('ALL') ? '0'.repeat(16) : add.includes('ALL') ? ALL_CAPS : DEFAULT_CAPS;
  for (const name of drop) if (CAPABILITIES.includes(name)) caps = withBit(caps, CAPABILITIES.indexOf(name), false);
  for (const name of add) if (CAPABILITIES.includes(name)) caps = withBit(caps, CAPABILITIES.indexOf(name), true);
  return caps;
}

/** Process numbers that runc's stages and the shim's threads use up before a container's first process. */
export const RUNC_GAP = 18;

interface User {
  readonly ids: Pick<Process, 'uid' | 'gid' | 'groups'>;
  readonly home: string;
}

/** `-u name|uid[:group|gid]` by the container's own passwd and group files. */
export function userOf(tx: Transaction, inside: Process, spec: string): Answer<User> {
  const [who, group] = (spec || '0').split(':') as [string, string?];
  const passwd = rowsOf(tx, inside, '/etc/passwd');
  const entry = passwd.find((row) => row[0] === who || row[2] === who);
  if (!entry && !/^\d+$/.test(who)) return refuse(`unable to find user ${who}: no matching entries in passwd file`);
  const groups = rowsOf(tx, inside, '/etc/group');
  const named = group === undefined ? undefined : groups.find((row) => row[0] === group || row[2] === group);
  if (group !== undefined && !named && !/^\d+$/.test(group))
    return refuse(`unable to find group ${group}: no matching entries in group file`);
  const uid = Number(entry?.[2] ?? who);
  const gid = group === undefined ? Number(entry?.[3] ?? 0) : Number(named?.[2] ?? group);
  const more =
    group === undefined && entry?.[0]
      ? groups.filter((row) => row[3]?.split(',').includes(entry[0] as string)).map((row) => Number(row[2]))
      : [];
  return answer({ ids: { uid, gid, groups: [...new Set([gid, ...more])] }, home: entry?.[5] || '/' });
}

function rowsOf(tx: Transaction, inside: Process, path: string): readonly (readonly string[])[] {
  const text = readFile(tx, inside, path);
  return text.ok
    ? text.value
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(':'))
    : [];
}

type Looked =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly code: number };

/** Where runc finds a program, or its words and the status for why not. */
export function lookUpCommand(tx: Transaction, inside: Process, name: string, path: string): Looked {
  const at = (text: string, code: number): Looked => ({
    ok: false,
    message: `exec: ${JSON.stringify(name)}: ${text}`,
    code,
  });
  if (!name.includes('/')) {
    const found = findInPath(tx, inside, name, path);
    if (found.ok) return found;
    return at(
      found.error === 'EACCES' ? 'permission denied' : 'executable file not found in $PATH',
      found.error === 'EACCES' ? 126 : 127,
    );
  }
  const info = stat(tx, inside, name);
  if (!info.ok)
    return at(`stat ${name}: ${info.error === 'ENOTDIR' ? 'not a directory' : 'no such file or directory'}`, 127);
  if (info.value.kind === 'dir') return at('is a directory: permission denied', 126);
  return (info.value.mode & 0o111) === 0 ? at('permission denied', 126) : { ok: true, value: name };
}

/** What the first process, and every `exec`, finds in its environment. */
export function environment(container: Container, home: string): Record<string, string> {
  const pairs = container.config.env.map((entry) => entry.split(/=(.*)/s) as [string, string]);
  const given = Object.fromEntries(pairs);
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...rest } = given;
  const term = container.config.tty ? { TERM: 'xterm' } : {};
  return { PATH, HOSTNAME: container.config.hostname, ...term, ...rest, HOME: given.HOME ?? home };
}

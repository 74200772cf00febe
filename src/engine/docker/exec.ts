import type { Transaction } from '../core/transaction.ts';
import { execve } from '../linux/exec.ts';
import { clone } from '../linux/life.ts';
import { PROCESS, type Process } from '../linux/process.ts';
import { stat } from '../linux/vfs.ts';
import { wakeProcess } from '../linux/wait.ts';
import { type Answer, answer, type Container, refuse } from './container.ts';
import { capsOf, environment, lookUpCommand, RUNC_GAP, userOf } from './processSpec.ts';

export interface ExecSpec {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged?: boolean;
  readonly tty?: number;
}

/** `docker exec`: a process with the container's namespaces, cgroup and root, child of the shim. */
export function execInContainer(
  tx: Transaction,
  container: Container,
  spec: ExecSpec,
  files: Readonly<Record<number, number>>,
): Answer<Process> & { readonly code?: number; readonly daemon?: boolean } {
  const init = tx.need(PROCESS, container.process as number);
  const shim = tx.need(PROCESS, container.shim as number);
  const user = userOf(tx, init, spec.user ?? container.config.user);
  if (!user.ok) return { ...user, daemon: true };
  const cwd = spec.workingDir ?? (container.config.workingDir || '/');
  const oci = 'OCI runtime exec failed: exec failed: unable to start container process: ';
  if (!stat(tx, init, cwd).ok) {
    return {
      ...refuse(`${oci}chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: no such file or directory`),
      code: 127,
    };
  }
  const base = environment(container, user.value.home);
  const own = Object.fromEntries(spec.env.map((entry) => entry.split(/=(.*)/s) as [string, string]));
  const { HOME, ...head } = base;
  const env: Record<string, string> = { ...head, ...own, HOME: own.HOME ?? HOME ?? '/' };
  const found = lookUpCommand(tx, { ...init, cwd }, spec.argv[0] ?? '', env.PATH ?? '');
  if (!found.ok) return { ...refuse(oci + found.message), code: found.code };
  const made = clone(
    tx,
    { ...init, parent: shim.id, nsForChildren: { pid: init.ns.pid, time: init.ns.time } },
    {
      gap: RUNC_GAP,
      fields: {
        parent: shim.id,
        fds: files,
        cwd,
        ...user.value.ids,
        caught: [],
        ignored: [],
        caps: capsOf(spec.privileged ? { ...container.host, privileged: true } : container.host),
        ...(spec.tty === undefined ? {} : { tty: spec.tty }),
      },
      leader: true,
      frame: true,
    },
  );
  if (!made.ok) return refuse(`${oci}cannot allocate memory`);
  const row = made.value;
  execve(tx, row, found.value, spec.argv, env);
  wakeProcess(tx, row.id);
  return answer(tx.need(PROCESS, row.id));
}

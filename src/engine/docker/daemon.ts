import type { Transaction } from '../core/transaction.ts';
import { mkdir } from '../linux/change.ts';
import { makeInode } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { addName } from '../linux/overlay.ts';
import { findPid } from '../linux/process.ts';
import { lookUp } from '../linux/vfs.ts';
import { startNetworking } from './network.ts';

const RUN = '/run/docker';

/** What dockerd does when it starts: its directories in /run, then its networks and rules. */
export function startDaemon(tx: Transaction, machine: number): void {
  const systemd = findPid(tx, tx.need(MACHINE, machine).ns.pid, 1);
  if (systemd) {
    for (const name of ['', '/containerd', '/libnetwork', '/netns', '/plugins', '/runtime-runc'])
      mkdir(tx, systemd, RUN + name, 0o700);
    const dir = lookUp(tx, systemd, RUN);
    const socket = makeInode(tx, { kind: 'sock', mode: 0o660 });
    if (dir?.merged && !lookUp(tx, systemd, `${RUN}/metrics.sock`))
      addName(tx, dir.fs, `${dir.inner}/metrics.sock`, socket.id);
  }
  startNetworking(tx, machine);
}

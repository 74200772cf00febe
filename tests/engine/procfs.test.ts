import { describe, expect, it } from 'vitest';
import { CGROUP, findCgroup, makeCgroup } from '../../src/engine/linux/cgroup.ts';
import { open, writeFile } from '../../src/engine/linux/change.ts';
import { fileKind } from '../../src/engine/linux/file.ts';
import { clone, unshare } from '../../src/engine/linux/life.ts';
import { addMount, makeFilesystem, pinNamespace } from '../../src/engine/linux/mount.ts';
import { namespaceAt } from '../../src/engine/linux/nsfs.ts';
import { PROCESS, patchProcess } from '../../src/engine/linux/process.ts';
import { readdir, readFile, readlink, stat } from '../../src/engine/linux/vfs.ts';
import { addNetdev } from '../../src/engine/net/netdev.ts';
import { sysctl } from '../../src/engine/net/sysctl.ts';
import '../../src/engine/net/views.ts';
import { bootHost } from './machine.ts';

const text = (result: { ok: boolean; value?: unknown; error?: string }): string =>
  String(result.ok ? result.value : result.error);

describe('procfs', () => {
  it('shows a process to the one who looks', () => {
    const { tx, self } = bootHost();
    const cat = (path: string): string => text(readFile(tx, self(), path));
    expect(text(readlink(tx, self(), '/proc/self'))).toBe('883');
    expect(cat('/proc/self/comm')).toBe('bash\n');
    expect(cat('/proc/592/cmdline')).toBe(
      '/usr/sbin/dockerd\0-H\0fd://\0--containerd=/run/containerd/containerd.sock\0',
    );
    expect(cat('/proc/1/cgroup')).toBe('0::/init.scope\n');
    expect(cat('/proc/self/cgroup')).toBe('0::/system.slice/oracle-agent.service\n');
    expect(cat('/proc/self/status')).toMatch(/^Name:\tbash\nUmask:\t0022\nState:/);
    expect(cat('/proc/2/status')).not.toContain('VmRSS');
    expect(cat('/proc/self/stat')).toMatch(/^883 \(bash\) R 489 /);
    expect(cat('/proc/999999/status')).toBe('ENOENT');
    expect(text(readlink(tx, self(), '/proc/1/ns/net'))).toBe('net:[4026531840]');
    expect(text(readdir(tx, self(), '/proc/self/ns'))).toBe(
      'cgroup,ipc,mnt,net,pid,pid_for_children,time,time_for_children,user,uts',
    );
    expect(stat(tx, self(), '/proc/1/ns')).toMatchObject({ ok: true, value: { kind: 'dir', mode: 0o511 } });
  });

  it('shows the machine as recorded', () => {
    const { tx, self } = bootHost();
    const cat = (path: string): string => text(readFile(tx, self(), path));
    expect(cat('/proc/meminfo')).toMatch(/^MemTotal: {8}3050064 kB\nMemFree: {9}2609224 kB\n/);
    expect(cat('/proc/meminfo')).toContain('VmallocTotal:   34359738367 kB\n');
    expect(cat('/proc/cpuinfo').match(/^processor\t: \d$/gm)).toEqual(['processor\t: 0', 'processor\t: 1']);
    expect(cat('/proc/uptime')).toBe('0.00 0.00\n');
    expect(cat('/proc/sys/kernel/osrelease')).toBe('6.12.117+deb13-amd64\n');
    expect(cat('/proc/mounts').split('\n')[5]).toBe('/dev/vda / ext4 rw,relatime 0 0');
    expect(cat('/etc/mtab')).toBe(cat('/proc/self/mounts'));
    expect(cat('/proc/self/mountinfo')).toMatch(/^\d+ \d+ 254:0 \/ \/ rw,relatime shared:\d+ - ext4 \/dev\/vda rw$/m);
  });

  it('a proc mounted in another PID namespace knows its own numbers only', () => {
    const { tx, self, machine } = bootHost();
    const child = clone(tx, self(), { unshare: ['pid', 'mnt'], fields: { inert: true } });
    if (!child.ok) throw new Error(child.error);
    const { ns, id } = child.value;
    addMount(tx, ns.mnt, {
      point: '/proc',
      fs: makeFilesystem(tx, { type: 'proc', machine: machine.id, ns: ns.pid }).id,
      source: 'proc',
      propagation: 'private',
    });
    const inside = tx.need(PROCESS, id);
    expect(text(readlink(tx, inside, '/proc/self'))).toBe('1');
    expect(readdir(tx, inside, '/proc')).toMatchObject({ ok: true });
    expect(
      text(readdir(tx, inside, '/proc'))
        .split(',')
        .filter((name) => /^\d/.test(name)),
    ).toEqual(['1']);
    expect(text(readFile(tx, self(), '/proc/884/status'))).toContain('NSpid:\t884\t1\n');
    expect(text(readFile(tx, inside, '/proc/1/status'))).toContain('NSpid:\t1\n');
  });

  it('cgroup paths are relative to the viewer’s cgroup namespace', () => {
    const { tx, self, machine } = bootHost();
    const demo = makeCgroup(tx, tx.need(CGROUP, machine.cgroup), 'demo');
    patchProcess(tx, self().id, { cgroup: demo.id });
    expect(text(readFile(tx, self(), '/proc/self/cgroup'))).toBe('0::/demo\n');
    unshare(tx, self(), ['cgroup']);
    expect(text(readFile(tx, self(), '/proc/self/cgroup'))).toBe('0::/\n');
    expect(text(readFile(tx, self(), '/proc/1/cgroup'))).toBe('0::/../init.scope\n');
    expect(findCgroup(tx, machine.id, '/demo')?.id).toBe(demo.id);
  });

  it('writing below /proc changes the namespace or the process', () => {
    const { tx, self } = bootHost();
    expect(writeFile(tx, self(), '/proc/sys/kernel/hostname', 'box\n')).toMatchObject({ ok: true });
    expect(text(readFile(tx, self(), '/proc/sys/kernel/hostname'))).toBe('box\n');
    expect(writeFile(tx, self(), '/proc/self/oom_score_adj', '5000')).toEqual({ ok: false, error: 'EINVAL' });
    expect(writeFile(tx, self(), '/proc/self/oom_score_adj', '500')).toMatchObject({ ok: true });
    expect(text(readFile(tx, self(), '/proc/self/oom_score_adj'))).toBe('500\n');
    expect(writeFile(tx, self(), '/proc/meminfo', 'x')).toEqual({ ok: false, error: 'EACCES' });
    expect(writeFile(tx, self(), '/proc/new', 'x')).toEqual({ ok: false, error: 'ENOENT' });
  });

  it('a namespace can be found by /proc and by a file that pins it', () => {
    const { tx, self, machine } = bootHost();
    writeFile(tx, self(), '/run/box', '');
    pinNamespace(tx, machine.ns.mnt, '/run/box', machine.ns.net, machine.id);
    expect(namespaceAt(tx, self(), '/run/box')).toEqual(namespaceAt(tx, self(), '/proc/1/ns/net'));
    expect(namespaceAt(tx, self(), '/etc/passwd')).toEqual({ ok: false, error: 'EINVAL' });
  });

  it('opening /dev/stdout reopens what descriptor 1 is', () => {
    const { tx, self } = bootHost();
    writeFile(tx, self(), '/tmp/log', 'a');
    const file = open(tx, self(), '/tmp/log', { write: true });
    if (!file.ok) throw new Error(file.error);
    patchProcess(tx, self().id, { fds: { 1: file.value.id } });
    const again = open(tx, self(), '/dev/stdout', { write: true, append: true });
    if (!again.ok) throw new Error(again.error);
    fileKind(again.value).write?.(tx, again.value, 'b', self().id);
    expect(text(readFile(tx, self(), '/tmp/log'))).toBe('ab');
    expect(text(readlink(tx, self(), '/proc/self/fd/1'))).toBe('/tmp/log');
  });
});

it('the parameters of the network namespace and its devices stand below /proc and /sys', () => {
  const { tx, self, machine } = bootHost();
  const cat = (path: string): string => text(readFile(tx, self(), path));
  addNetdev(tx, { ns: machine.ns.net, name: 'eth7', kind: 'dummy', mtu: 1400 });
  expect(cat('/proc/sys/net/ipv4/ip_forward')).toBe('0\n');
  expect(writeFile(tx, self(), '/proc/sys/net/ipv4/ip_forward', '1\n')).toMatchObject({ ok: true });
  expect(sysctl(tx, machine.ns.net, 'net/ipv4/ip_forward')).toBe('1');
  expect(writeFile(tx, self(), '/proc/sys/net/ipv4/ip_local_port_range', '40000')).toEqual({
    ok: false,
    error: 'EINVAL',
  });
  expect(text(readdir(tx, self(), '/sys/class/net'))).toBe('eth7');
  expect(cat('/sys/class/net/eth7/mtu')).toBe('1400\n');
  unshare(tx, self(), ['net']);
  expect(cat('/proc/sys/net/ipv4/ip_forward')).toBe('0\n');
});

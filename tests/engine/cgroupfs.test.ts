import { describe, expect, it } from 'vitest';
import { CGROUP, findCgroup } from '../../src/engine/linux/cgroup.ts';
import { moveToCgroup, setCgroupFile } from '../../src/engine/linux/cgroupfs.ts';
import { mkdir, writeFile } from '../../src/engine/linux/change.ts';
import { addMount, FILESYSTEM } from '../../src/engine/linux/mount.ts';
import { rmdir, unlink } from '../../src/engine/linux/namei.ts';
import { readdir, readFile } from '../../src/engine/linux/vfs.ts';
import { bootHost } from './machine.ts';

const CG = '/sys/fs/cgroup';

function host() {
  const booted = bootHost();
  const { tx, self } = booted;
  const cat = (path: string): string => {
    const read = readFile(tx, self(), `${CG}/${path}`);
    return read.ok ? read.value : read.error;
  };
  const echo = (text: string, path: string): string => {
    const wrote = writeFile(tx, self(), `${CG}/${path}`, `${text}\n`, { create: true });
    return wrote.ok ? 'ok' : wrote.error;
  };
  return { ...booted, cat, echo };
}

describe('cgroupfs', () => {
  it('has the recorded files in the root and in a new cgroup', () => {
    const { tx, self, cat } = host();
    expect(readdir(tx, self(), CG)).toEqual({
      ok: true,
      value:
        'cgroup.controllers cgroup.max.depth cgroup.max.descendants cgroup.pressure cgroup.procs cgroup.stat cgroup.subtree_control cgroup.threads cpu.pressure cpu.stat cpu.stat.local cpuset.cpus.effective cpuset.cpus.isolated cpuset.mems.effective dev-hugepages.mount dev-mqueue.mount init.scope io.cost.model io.cost.qos io.pressure io.stat memory.numa_stat memory.pressure memory.reclaim memory.stat memory.zswap.writeback misc.capacity misc.current misc.peak proc-sys-fs-binfmt_misc.mount sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount system.slice user.slice'.split(
          ' ',
        ),
    });
    expect(mkdir(tx, self(), `${CG}/demo`)).toMatchObject({ ok: true });
    expect(readdir(tx, self(), `${CG}/demo`)).toEqual({
      ok: true,
      value:
        'cgroup.controllers cgroup.events cgroup.freeze cgroup.kill cgroup.max.depth cgroup.max.descendants cgroup.pressure cgroup.procs cgroup.stat cgroup.subtree_control cgroup.threads cgroup.type cpu.idle cpu.max cpu.max.burst cpu.pressure cpu.stat cpu.stat.local cpu.weight cpu.weight.nice cpuset.cpus cpuset.cpus.effective cpuset.cpus.exclusive cpuset.cpus.exclusive.effective cpuset.cpus.partition cpuset.mems cpuset.mems.effective io.max io.pressure io.stat io.weight memory.current memory.events memory.events.local memory.high memory.low memory.max memory.min memory.numa_stat memory.oom.group memory.peak memory.pressure memory.reclaim memory.stat memory.swap.current memory.swap.events memory.swap.high memory.swap.max memory.swap.peak memory.zswap.current memory.zswap.max memory.zswap.writeback pids.current pids.events pids.events.local pids.max pids.peak'.split(
          ' ',
        ),
    });
    const values = [
      'cgroup.controllers',
      'cgroup.type',
      'cgroup.events',
      'memory.max',
      'memory.low',
      'cpu.max',
      'cpuset.cpus',
    ];
    expect(values.map((file) => cat(`demo/${file}`))).toEqual([
      'cpuset cpu io memory pids\n',
      'domain\n',
      'populated 0\nfrozen 0\n',
      'max\n',
      '0\n',
      'max 100000\n',
      '\n',
    ]);
    expect(unlink(tx, self(), `${CG}/demo/cgroup.events`)).toEqual({ ok: false, error: 'EPERM' });
  });

  it.each([
    ['memory.max', '32M', 'ok', '33554432'],
    ['memory.max', '10000', 'ok', '8192'],
    ['memory.max', '1G', 'ok', '1073741824'],
    ['memory.max', '1.5G', 'EINVAL', 'max'],
    ['memory.high', 'max', 'ok', 'max'],
    ['cpu.max', '20000 100000', 'ok', '20000 100000'],
    ['cpu.max', '50000', 'ok', '50000 100000'],
    ['cpu.max', 'max 50000', 'ok', 'max 50000'],
    ['cpu.max', '500', 'EINVAL', 'max 100000'],
    ['cpu.weight', '50', 'ok', '50'],
    ['cpu.weight', 'idle', 'EINVAL', '100'],
    ['cpu.weight', '0', 'ERANGE', '100'],
    ['cpuset.cpus', '0,1', 'ok', '0-1'],
    ['cpuset.cpus', '7', 'ERANGE', ''],
    ['cpuset.cpus', '', 'ok', ''],
    ['pids.max', '3', 'ok', '3'],
    ['pids.max', '-1', 'EINVAL', 'max'],
    ['io.weight', '50', 'ok', 'default 50'],
    ['memory.reclaim', '1M', 'EAGAIN', 'EACCES'],
    ['cpu.stat', '1', 'EACCES', undefined],
    ['nonsense', '1', 'EACCES', undefined],
  ])('%s takes %j: %s', (file, text, result, shown) => {
    const { tx, self, cat, echo } = host();
    mkdir(tx, self(), `${CG}/demo`);
    expect(echo(text, `demo/${file}`)).toBe(result);
    if (shown !== undefined && shown !== 'EACCES') expect(cat(`demo/${file}`)).toBe(`${shown}\n`);
  });

  it('limits of devices are lines that come and go', () => {
    const { tx, self, cat, echo } = host();
    mkdir(tx, self(), `${CG}/disk`);
    expect(echo('254:0 wbps=1048576', 'disk/io.max')).toBe('ok');
    expect(cat('disk/io.max')).toBe('254:0 rbps=max wbps=1048576 riops=max wiops=max\n');
    expect(echo('254:0 wbps=max', 'disk/io.max')).toBe('ok');
    expect(cat('disk/io.max')).toBe('');
    expect(echo('999:0 wbps=1', 'disk/io.max')).toBe('ENODEV');
    expect(echo('254:0 foo=1', 'disk/io.max')).toBe('EINVAL');
  });

  it('a weight has its nice level, and CPUs reach down to the process', () => {
    const { tx, self, cat, echo } = host();
    mkdir(tx, self(), `${CG}/low`);
    echo('50', 'low/cpu.weight');
    expect(cat('low/cpu.weight.nice')).toBe('3\n');
    echo('200', 'low/cpu.weight');
    expect(cat('low/cpu.weight.nice')).toBe('-3\n');
    echo('1', 'low/cpuset.cpus');
    expect(echo('0', 'low/cgroup.procs')).toBe('ok');
    expect(readFile(tx, self(), '/proc/self/status')).toMatchObject({
      value: expect.stringContaining('Cpus_allowed_list:\t1\n'),
    });
    expect(cat('low/cpuset.cpus.effective')).toBe('1\n');
  });

  it('processes move by cgroup.procs, and a cgroup with one cannot go', () => {
    const { tx, self, cat, echo } = host();
    mkdir(tx, self(), `${CG}/demo`);
    expect(echo('883', 'demo/cgroup.procs')).toBe('ok');
    expect(cat('demo/cgroup.procs')).toBe('883\n');
    expect(cat('demo/cgroup.events')).toBe('populated 1\nfrozen 0\n');
    expect(cat('demo/pids.current')).toBe('1\n');
    expect(rmdir(tx, self(), `${CG}/demo`)).toEqual({ ok: false, error: 'EBUSY' });
    expect(echo('99999', 'demo/cgroup.procs')).toBe('ESRCH');
    expect(echo('+memory', 'demo/cgroup.subtree_control')).toBe('EBUSY');
    expect(echo('883', 'cgroup.procs')).toBe('ok');
    expect(echo('+memory', 'demo/cgroup.subtree_control')).toBe('ok');
    expect(echo('+rdma', 'demo/cgroup.subtree_control')).toBe('ENOENT');
    expect(echo('+nothing', 'demo/cgroup.subtree_control')).toBe('EINVAL');
    expect(echo('883', 'demo/cgroup.procs')).toBe('EBUSY');
    expect(rmdir(tx, self(), `${CG}/demo`)).toMatchObject({ ok: true });
    expect(cat('cgroup.procs').split('\n').slice(0, 2)).toEqual(['2', '3']);
  });

  it('a mount of a part shows that part', () => {
    const { tx, self, machine } = host();
    const slice = findCgroup(tx, machine.id, '/system.slice');
    const fs = tx.all(FILESYSTEM).find((candidate) => candidate.type === 'cgroup2' && candidate.machine === machine.id);
    addMount(tx, machine.ns.mnt, {
      point: '/mnt',
      fs: fs?.id ?? 0,
      root: '/system.slice',
      source: 'cgroup',
      flags: 'ro',
    });
    const names = readdir(tx, self(), '/mnt');
    expect(names.ok && names.value.includes('docker.service')).toBe(true);
    expect(mkdir(tx, self(), '/mnt/x')).toEqual({ ok: false, error: 'EROFS' });
    expect(slice && setCgroupFile(tx, slice, 'memory.max', '64M')).toEqual({ ok: true, value: undefined });
    expect(readFile(tx, self(), '/mnt/memory.max')).toEqual({ ok: true, value: '67108864\n' });
    expect(moveToCgroup(tx, self(), tx.need(CGROUP, slice?.id ?? 0))).toEqual({ ok: false, error: 'EBUSY' });
  });
});

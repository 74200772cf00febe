import type { Transaction } from '../core/transaction.ts';
import { makeInode, plantTree, type Tree } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { addMount, FILESYSTEM, type Filesystem, makeFilesystem, mountAt } from '../linux/mount.ts';
import { formatIPv4 } from '../net/ipv4.ts';
import { type Container, endpointsOf, findContainer } from './container.ts';

const HOST_DIR = '/var/lib/docker/containers';

/** Where a container's own files lie on the host. */
export const containerDir = (container: Container): string => `${HOST_DIR}/${container.cid}`;

/** Devices of a container's /dev (runtime-spec, config-linux §Default Devices). */
const DEV: Tree = {
  core: { link: '/proc/kcore' },
  fd: { link: '/proc/self/fd' },
  full: { chr: [1, 5 + 2], mode: 0o666 },
  mqueue: { dir: {}, mode: 0o1777 },
  null: { chr: [1, 3], mode: 0o666 },
  ptmx: { link: 'pts/ptmx' },
  pts: { dir: {} },
  random: { chr: [1, 8], mode: 0o666 },
  shm: { dir: {}, mode: 0o1777 },
  stderr: { link: '/proc/self/fd/2' },
  stdin: { link: '/proc/self/fd/0' },
  stdout: { link: '/proc/self/fd/1' },
  tty: { chr: [5, 0], mode: 0o666 },
  urandom: { chr: [1, 9], mode: 0o666 },
  zero: { chr: [1, 5], mode: 0o666 },
};

const templates = 'docker.dev';

/** The device nodes, made once for a machine; every container's /dev lies over them. */
function devTemplate(tx: Transaction, machine: number): number {
  const known = tx.peek(`${templates}.${machine}`);
  if (known) return known;
  const root = makeInode(tx, { kind: 'dir' });
  plantTree(tx, root.id, DEV);
  tx.skipTo(`${templates}.${machine}`, root.id);
  return root.id;
}

/** What Docker needs to find in every container, whatever its image brings (moby, daemon/initlayer). */
const INIT: Tree = {
  '.dockerenv': { text: '', mode: 0o755 },
  dev: { dir: { console: { text: '', mode: 0o755 }, pts: { dir: {} }, shm: { dir: {} } } },
  etc: {
    dir: {
      hostname: { text: '', mode: 0o755 },
      hosts: { text: '', mode: 0o755 },
      mtab: { link: '/proc/mounts' },
      'resolv.conf': { text: '', mode: 0o755 },
    },
  },
  proc: { dir: {} },
  sys: { dir: {} },
};

/** Root of the layer between the image's and a container's own; one for a machine. */
export function initLayer(tx: Transaction, machine: number): number {
  const known = tx.peek(`docker.init.${machine}`);
  if (known) return known;
  const root = makeInode(tx, { kind: 'dir' });
  plantTree(tx, root.id, INIT);
  tx.skipTo(`docker.init.${machine}`, root.id);
  return root.id;
}

/**
 * The mounts of a container in the order in which runc makes them (recorded in /proc/1/mountinfo): overlay root, proc,
 * dev, sysfs, the cgroup tree, the three files that Docker writes.
 */
export function mountRootfs(tx: Transaction, container: Container, mnt: number, pidns: number): void {
  const { machine } = container;
  const fs = (type: string, fields: Partial<Filesystem> = {}): number =>
    makeFilesystem(tx, { type, machine, ...fields }).id;
  const mount = (point: string, id: number, source: string, flags: string, options: string, root = ''): void => {
    addMount(tx, mnt, { point, fs: id, source, flags, options, root, propagation: 'private' });
  };
  const safe = 'nosuid,nodev,noexec,relatime';
  const { privileged, readOnly } = container.host;
  mount('/', container.fs, 'overlay', readOnly ? 'ro,relatime' : 'rw,relatime', layerOptions(tx, container));
  const proc = fs('proc', { ns: pidns });
  mount('/proc', proc, 'proc', `rw,${safe}`, 'rw');
  const dev = fs('tmpfs', { root: makeInode(tx, { kind: 'dir' }).id, lower: [devTemplate(tx, machine)] });
  mount('/dev', dev, 'tmpfs', 'rw,nosuid', 'rw,size=65536k,mode=755,inode64');
  mount('/dev/pts', fs('devpts'), 'devpts', 'rw,nosuid,noexec,relatime', 'rw,gid=5,mode=620,ptmxmode=666');
  mount('/sys', fs('sysfs'), 'sysfs', `${privileged ? 'rw' : 'ro'},${safe}`, privileged ? 'rw' : 'ro');
  mount(
    '/sys/fs/cgroup',
    cgroupFs(tx, container),
    'cgroup',
    `${privileged ? 'rw' : 'ro'},${safe}`,
    'rw,nsdelegate,memory_recursiveprot',
    cgroupRoot(container),
  );
  mount('/dev/mqueue', fs('mqueue'), 'mqueue', `rw,${safe}`, 'rw');
  mount('/dev/shm', fs('tmpfs'), 'shm', `rw,${safe}`, `rw,size=${Math.ceil(container.host.shmSize / 1024)}k,inode64`);
  mountOwnFiles(tx, container, mnt);
  if (container.host.init)
    mount(
      '/sbin/docker-init',
      tx.need(MACHINE, machine).disk as number,
      '/dev/vda',
      'ro,relatime',
      'rw',
      '/usr/sbin/docker-init',
    );
}

/** The three files that Docker writes for a container, from its directory on the host. */
export function mountOwnFiles(tx: Transaction, container: Container, mnt: number): void {
  const fs = tx.need(MACHINE, container.machine).disk as number;
  const rest = { fs, source: '/dev/vda', flags: 'rw,relatime', options: 'rw', propagation: 'private' as const };
  for (const name of ['resolv.conf', 'hostname', 'hosts'])
    addMount(tx, mnt, { ...rest, point: `/etc/${name}`, root: `${containerDir(container)}/${name}` });
}

/** Read-only and masked parts of /proc and /sys, over all other mounts; a privileged container has none. */
export function maskPaths(tx: Transaction, container: Container, mnt: number): void {
  if (container.host.privileged) return;
  const safe = 'nosuid,nodev,noexec,relatime';
  const { machine } = container;
  const [proc, dev] = ['/proc', '/dev'].map((point) => mountAt(tx, mnt, point)?.fs);
  if (proc === undefined || dev === undefined) return;
  const mount = (point: string, fs: number, source: string, flags: string, options: string, root = ''): void => {
    addMount(tx, mnt, { point, fs, source, flags, options, root, propagation: 'private' });
  };
  for (const name of ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'])
    mount(`/proc/${name}`, proc, 'proc', `ro,${safe}`, 'rw', `/${name}`);
  const empty = makeFilesystem(tx, { type: 'tmpfs', machine, root: makeInode(tx, { kind: 'dir' }).id }).id;
  mount('/proc/acpi', empty, 'tmpfs', 'ro,relatime', 'ro,size=4k,nr_inodes=1,inode64');
  for (const name of ['interrupts', 'kcore', 'keys', 'timer_list'])
    mount(`/proc/${name}`, dev, 'tmpfs', 'rw,nosuid', 'rw,size=65536k,mode=755,inode64', '/null');
  mount('/sys/firmware', empty, 'tmpfs', 'ro,relatime', 'ro,size=4k,nr_inodes=1,inode64');
}

/** The machine's own cgroup2 filesystem: every cgroup mount is one more view of it. */
function cgroupFs(tx: Transaction, container: Container): number {
  const known = tx.peek(`docker.cgroupfs.${container.machine}`);
  if (known && tx.get(FILESYSTEM, known)) return known;
  const made = makeFilesystem(tx, { type: 'cgroup2', machine: container.machine, kept: true });
  tx.skipTo(`docker.cgroupfs.${container.machine}`, made.id);
  return made.id;
}

const cgroupRoot = (container: Container): string => `/system.slice/docker-${container.cid}.scope`;

const SNAPSHOTS = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';

function layerOptions(tx: Transaction, container: Container): string {
  const fs = tx.need(FILESYSTEM, container.fs);
  const lower = (fs.lower ?? []).map((root) => `${SNAPSHOTS}/${root}/fs`).join(':');
  const own = `${SNAPSHOTS}/${fs.root}`;
  return `rw,lowerdir=${lower},upperdir=${own}/fs,workdir=${own}/work`;
}

const HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** /etc/hosts, /etc/hostname and /etc/resolv.conf of a container, as files on the host's disk. */
export function writeOwnFiles(tx: Transaction, container: Container, resolvers: readonly string[]): void {
  const disk = tx.need(FILESYSTEM, tx.need(MACHINE, container.machine).disk as number);
  plantTree(tx, disk.root as number, {
    [containerDir(container)]: {
      dir: {
        checkpoints: { dir: {} },
        'config.v2.json': JSON.stringify({ ID: container.cid, Name: `/${container.name}`, Image: container.imageRef }),
        [`${container.cid}-json.log`]: '',
        'hostconfig.json': JSON.stringify({
          NetworkMode: container.host.networkMode,
          AutoRemove: container.host.autoRemove,
        }),
        hostname: `${container.config.hostname}\n`,
        hosts: hostsFile(tx, container),
        mounts: { dir: {} },
        'resolv.conf': resolvConf(container, resolvers),
        'resolv.conf.hash': '',
      },
    },
  });
}

function hostsFile(tx: Transaction, container: Container): string {
  const extra = container.host.extraHosts.map((entry) => entry.replace(/^([^:=]+)[:=](.*)$/, '$2\t$1\n')).join('');
  const links = container.host.links.map((link) => linkLine(tx, container, link)).join('');
  const own = endpointsOf(tx, container.id).find((endpoint) => endpoint.address !== undefined);
  const { hostname, domainname } = container.config;
  const names = domainname === '' ? hostname : `${hostname}.${domainname} ${hostname}`;
  const line = own?.address === undefined ? '' : `${formatIPv4(own.address)}\t${names}\n`;
  return HOSTS + extra + links + line;
}

function linkLine(tx: Transaction, container: Container, link: string): string {
  const [ref, alias] = link.split(':') as [string, string?];
  const other = findContainer(tx, container.machine, ref);
  const address = other && endpointsOf(tx, other.id).find((endpoint) => endpoint.address !== undefined)?.address;
  return other && address !== undefined
    ? `${formatIPv4(address)}\t${alias ?? other.name} ${other.config.hostname} ${other.name}\n`
    : '';
}

function resolvConf(container: Container, resolvers: readonly string[]): string {
  const servers = container.host.dns.length > 0 ? container.host.dns : resolvers;
  const override = container.host.dns.length > 0 ? 'nameservers' : '';
  return `# Generated by Docker Engine.
# This file can be edited; Docker Engine will not make further changes once it
# has been modified.

${servers.map((server) => `nameserver ${server}\n`).join('')}
# Based on host file: '/etc/resolv.conf' (legacy)
# Overrides: [${override}]
`;
}

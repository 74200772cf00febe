import { fail, ok } from '../core/errno.ts';
import { proc } from '../linux/procfs.ts';
import { linkNode, type Parts, textNode, writableNode } from '../linux/pseudo.ts';
import { sys } from '../linux/sysfs.ts';
import type { Viewer } from '../linux/vfs.ts';
import { findNetdev, NETDEV, type Netdev, netdevsOf } from './netdev.ts';
import { NET_SYSCTLS, setSysctl, sysctl } from './sysctl.ts';

/** /proc/sys/net shows the parameters of the network namespace of the one who opens it (network_namespaces(7)). */
for (const [path, initial] of Object.entries(NET_SYSCTLS)) {
  proc.define(`sys/${path}`, ({ read, process }) =>
    writableNode(
      () => `${sysctl(read, process.ns.net, path)}\n`,
      (tx, text) => {
        const value = text.trim().replace(/\s+/g, '\t');
        const fields = initial.split('\t').length;
        if (value.split('\t').length !== fields || !/^-?\d+(?:\t-?\d+)*$/.test(value)) return fail('EINVAL');
        setSysctl(tx, process.ns.net, path, value);
        return ok(undefined);
      },
    ),
  );
}

/** The network namespace that a sysfs mount shows. */
const netnsOf = (viewer: Viewer): number => viewer.fs.ns ?? viewer.process.ns.net;

const deviceAt = (viewer: Viewer, parts: Parts): Netdev | undefined =>
  findNetdev(viewer.read, netnsOf(viewer), parts.netdev ?? '');

sys.part('netdev', {
  names: (viewer) => netdevsOf(viewer.read, netnsOf(viewer)).map((dev) => dev.name),
  has: (viewer, _parts, name) => findNetdev(viewer.read, netnsOf(viewer), name) !== undefined,
});
sys.define('class/net/:netdev', (viewer, parts) =>
  deviceAt(viewer, parts) ? linkNode(`../../devices/virtual/net/${parts.netdev}`) : undefined,
);

/** A file of a device (Documentation/ABI/testing/sysfs-class-net). @sim simplified: hardware stands below virtual, too. */
function define(name: string, text: (dev: Netdev, viewer: Viewer) => string | number | undefined): void {
  sys.define(`devices/virtual/net/:netdev/${name}`, (viewer, parts) => {
    const dev = deviceAt(viewer, parts);
    return dev && text(dev, viewer) !== undefined ? textNode(() => `${text(dev, viewer)}\n`) : undefined;
  });
}
define('address', (dev) => dev.lladdr);
define('ifindex', (dev) => dev.ifindex);
define('iflink', (dev, { read }) =>
  dev.peer === undefined ? dev.ifindex : (read.get(NETDEV, dev.peer)?.ifindex ?? 0),
);
define('mtu', (dev) => dev.mtu);
define('operstate', (dev) => dev.operstate);
define('carrier', (dev) => (dev.up ? Number(dev.carrier) : undefined));

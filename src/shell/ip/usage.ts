import { abbreviates } from './call.ts';

/** What ip(8) knows besides. */
const OTHER_OBJECTS = [
  'addrlabel',
  'fou',
  'ila',
  'ioam',
  'l2tp',
  'macsec',
  'maddress',
  'monitor',
  'mptcp',
  'mroute',
  'mrule',
  'netconf',
  'nexthop',
  'ntable',
  'sr',
  'stats',
  'tap',
  'tcp_metrics',
  'token',
  'tunnel',
  'tuntap',
  'vrf',
  'xfrm',
];
const OTHER_OPTIONS = [
  'all',
  'batch',
  'echo',
  'force',
  'human',
  'iec',
  'json',
  'loops',
  'Numeric',
  'pretty',
  'resolve',
  'timestamp',
  'tshort',
];

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | link | neighbor | netns | route | rule }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -4 | -6 | -o[neline] | -br[ief] | -n[etns] name }
`;

/** The lines of each object's usage that hold here; iproute2 prints more. */
const USAGES: Readonly<Record<string, string>> = {
  address: `Usage: ip address {add|del} IFADDR dev IFNAME
       ip address flush dev IFNAME
       ip address [ show [ dev IFNAME ] [ master DEVICE ] [ type TYPE ] [ up ] ]
`,
  link: `Usage: ip link add [ name ] NAME [ address LLADDR ] [ mtu MTU ] type { bridge | dummy | veth [ peer [ name ] NAME ] [ netns NAME ] }
       ip link delete DEVICE
       ip link set DEVICE [ { up | down } ] [ name NEWNAME ] [ address LLADDR ] [ mtu MTU ]
               [ netns { PID | NAME } ] [ master DEVICE | nomaster ]
       ip link show [ DEVICE ] [ up ] [ master DEVICE ] [ type TYPE ]
       ip link help
`,
  route: `Usage: ip route { show | list } [ table { local | all } ] [ PREFIX ] [ dev IFNAME ]
       ip route get ADDRESS
       ip route { add | del | append | replace } { PREFIX | default } [ via ADDRESS ] [ dev IFNAME ] [ src ADDRESS ] [ metric METRIC ]
`,
  neighbor: `Usage: ip neigh { add | del | change | replace } ADDR [ lladdr LLADDR ] [ nud STATE ] dev DEV
       ip neigh { show | flush } [ ADDR ] [ dev DEV ]
`,
  netns: `Usage: ip netns list
       ip netns add NAME
       ip netns delete NAME
       ip netns identify [PID]
       ip netns pids NAME
       ip netns exec NAME cmd ...
`,
  rule: `Usage: ip rule [ list ]
`,
};

/** The usage of ip(8), or of one of its objects. */
export const usageOf = (object = ''): string => USAGES[object] ?? USAGE;

/** Does the real ip(8) know it, though it is not simulated? */
export const isOtherObject = (word: string): boolean => OTHER_OBJECTS.some((name) => abbreviates(word, name));
export const isOtherOption = (flag: string): boolean => OTHER_OPTIONS.some((name) => abbreviates(flag, name));

/** What busybox prints for what its `ip` does not know (recorded). */
export const busyboxUsageText = (): string => `BusyBox v1.37.0 (Debian 1:1.37.0-6+b9) multi-call binary.

Usage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]

OPTIONS := -f[amily] inet|inet6|link | -o[neline]

ip addr add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]
ip route list|flush|add|del|change|append|replace|test ROUTE
ip link set IFACE [up|down] [arp on|off] [multicast on|off]
\t[promisc on|off] [mtu NUM] [name NAME] [qlen NUM] [address MAC]
\t[master IFACE | nomaster] [netns PID] [type TYPE ARGS]
ip tunnel add|change|del|show [NAME]
\t[mode ipip|gre|sit] [remote ADDR] [local ADDR] [ttl TTL]
ip neigh show|flush [to PREFIX] [dev DEV] [nud STATE]
ip rule [list] | add|del SELECTOR ACTION
`;

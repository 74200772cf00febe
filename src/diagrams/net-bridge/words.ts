import type { Language } from '../../i18n/languages.ts';

const korean = {
  kernel: (version: string) => `커널 · Linux ${version}`,
  nic: '물리 NIC',
  outside: '바깥',
  routing: '라우팅',
  notAPort: (bridge: string) => `NIC는 ${bridge}의 포트가 아님`,
  isAPort: (bridge: string) => `NIC가 ${bridge}의 포트임`,
  ports: (count: number) => `포트 ${count}`,
  empty: '아직 아무것도 꽂혀 있지 않음',
  plugged: '방금 꽂힘',
  made: '방금 생김',
  learned: '배운 주소',
  none: '아직 없음',
  neighbours: '이웃 테이블 (ARP)',
  onHost: (pid: number) => `호스트 ${pid}`,
  more: (count: number) => `외 ${count}개`,
  hostNetwork: '호스트 네트워크를 씀',
  noNamespace: '네임스페이스 없음',
  loose: '브리지에 꽂히지 않은 장치',
  unplugged: '안 꽂힘',
  says: {
    bridge: (name: string, state: string, count: number) => `${name}: 포트 ${count}개, 상태 ${state}`,
    noBridge: '브리지가 없습니다.',
    nicApart: (nic: string, bridge: string) =>
      `물리 NIC ${nic}: ${bridge}의 포트가 아니며, 커널의 라우팅으로만 이어집니다.`,
    nicPort: (nic: string, bridge: string) => `물리 NIC ${nic}: ${bridge}의 포트입니다.`,
    forwarding: (on: boolean): string =>
      on ? 'ip_forward = 1: 커널이 패킷을 전달합니다.' : 'ip_forward = 0: 커널이 패킷을 전달하지 않습니다.',
    process: (comm: string, own: number, host: number) =>
      `프로세스 ${comm}: 안에서는 PID ${own}, 호스트에서는 PID ${host}`,
    namespace: (inode: number) => `네트워크 네임스페이스 ${inode}`,
    state: (state: string) => `상태 ${state}, 네트워크 네임스페이스 없음`,
    port: (name: string, ifindex: number) => `${name} (인터페이스 번호 ${ifindex})`,
    end: (name: string, ifindex: number) => `다른 쪽 끝: ${name} (인터페이스 번호 ${ifindex})`,
    morePlaces: (count: number) => `그림에 없는 것이 ${count}개 더 있습니다.`,
    network: '네트워크',
    guests: '컨테이너와 네임스페이스',
    noGuests: '컨테이너가 없습니다.',
    headPorts: ['포트', '번호', '상태', '꽂혀 있는 곳의 다른 끝'],
    headLearned: ['MAC 주소', '포트'],
    headNeighbours: ['어디에서', 'IP 주소', 'MAC 주소', '상태'],
    portsOf: (bridge: string) => `포트: ${bridge}`,
    learnedOn: (bridge: string) => `배운 주소: ${bridge}`,
  },
};

type Words = typeof korean;

const english: Words = {
  kernel: (version) => `kernel · Linux ${version}`,
  nic: 'physical NIC',
  outside: 'outside',
  routing: 'routing',
  notAPort: (bridge) => `the NIC is no port of ${bridge}`,
  isAPort: (bridge) => `the NIC is a port of ${bridge}`,
  ports: (count) => (count === 1 ? '1 port' : `${count} ports`),
  empty: 'nothing is plugged in yet',
  plugged: 'just plugged',
  made: 'just made',
  learned: 'learned addresses',
  none: 'none yet',
  neighbours: 'neighbour tables (ARP)',
  onHost: (pid) => `host ${pid}`,
  more: (count) => `+${count} more`,
  hostNetwork: "uses the host's network",
  noNamespace: 'no namespace',
  loose: 'devices in no bridge',
  unplugged: 'not plugged in',
  says: {
    bridge: (name, state, count) => `${name} has ${count === 1 ? '1 port' : `${count} ports`} and is ${state}`,
    noBridge: 'There is no bridge.',
    nicApart: (nic, bridge) => `The physical NIC ${nic} is no port of ${bridge}; only the kernel's routing joins them.`,
    nicPort: (nic, bridge) => `The physical NIC ${nic} is a port of ${bridge}.`,
    forwarding: (on) =>
      on ? 'ip_forward = 1: the kernel forwards packets.' : 'ip_forward = 0: the kernel forwards no packets.',
    process: (comm, own, host) => `process ${comm}: PID ${own} inside, PID ${host} on the host`,
    namespace: (inode) => `network namespace ${inode}`,
    state: (state) => `${state}, without a network namespace`,
    port: (name, ifindex) => `${name} (interface ${ifindex})`,
    end: (name, ifindex) => `its other end is ${name} (interface ${ifindex})`,
    morePlaces: (count) => (count === 1 ? '1 more is not drawn.' : `${count} more are not drawn.`),
    network: 'Network',
    guests: 'Containers and namespaces',
    noGuests: 'There are no containers.',
    headPorts: ['port', 'interface', 'state', 'other end of its cable'],
    headLearned: ['MAC address', 'port'],
    headNeighbours: ['where', 'IP address', 'MAC address', 'state'],
    portsOf: (bridge) => `Ports of ${bridge}`,
    learnedOn: (bridge) => `Addresses that ${bridge} has learned`,
  },
};

/** The labels and sentences of the diagram; labels are short nouns, so that no particle follows a variable. */
export const words: Readonly<Record<Language, Words>> = { ko: korean, en: english };
export type { Words };

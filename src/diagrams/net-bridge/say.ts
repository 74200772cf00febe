import type { Description, DescriptionSection } from '../scene.ts';
import { bridgeState } from './parts.ts';
import type { Bridge, Guest, View } from './view.ts';
import type { Words } from './words.ts';

/** The picture in words: nothing is drawn that is not said here. */
export function sayView(view: View, words: Words): Description {
  const { says } = words;
  const sections: DescriptionSection[] = [networkSection(view, words)];
  for (const bridge of view.bridges) sections.push(...bridgeSections(view, bridge, words));
  sections.push({
    title: says.guests,
    lines:
      view.guests.length === 0
        ? [says.noGuests]
        : [
            ...view.guests.map((guest) => guestLine(guest, words)),
            ...(view.more > 0 ? [says.morePlaces(view.more)] : []),
          ],
  });
  if (view.free.length > 0)
    sections.push({
      title: words.loose,
      lines: view.free.map((dev) =>
        [says.port(dev.name, dev.ifindex), ...(dev.peer ? [says.end(dev.peer.name, dev.peer.ifindex)] : [])].join(', '),
      ),
    });
  if (view.neighbours.length > 0)
    sections.push({
      title: words.neighbours,
      lines: [],
      table: {
        head: says.headNeighbours,
        rows: view.neighbours.map(({ owner, address, lladdr, state }) => [owner, address, lladdr, state]),
      },
    });
  return { summary: summaryOf(view, words), sections };
}

/** `docker0 has 2 ports and is UP: veth7c481f3 (web), veth8db266b (db).` */
function summaryOf(view: View, words: Words): string {
  if (view.bridges.length === 0) return words.says.noBridge;
  return view.bridges
    .map((bridge) => {
      const ports = bridge.ports.map((port) => {
        const guest = guestBehind(view, port.peer?.key);
        return guest ? `${port.name} (${guest.title})` : port.name;
      });
      const head = words.says.bridge(bridge.name, bridge.state, bridge.ports.length);
      return `${ports.length > 0 ? `${head}: ${ports.join(', ')}` : head}.`;
    })
    .join(' ');
}

const guestBehind = (view: View, key: number | undefined): Guest | undefined =>
  view.guests.find(({ devices }) => devices.some((dev) => dev.key === key));

function networkSection(view: View, words: Words): DescriptionSection {
  const { says } = words;
  const first = view.bridges[0]?.name;
  const lines = view.nics.map((nic) => {
    const master = view.bridges.find(({ key }) => key === nic.master);
    const name = [nic.name, ...nic.addresses].join(' ');
    if (master) return says.nicPort(name, master.name);
    return first === undefined ? `${words.nic} ${name}` : says.nicApart(name, first);
  });
  return { title: `${view.host} · ${words.kernel(view.kernel)}`, lines: [...lines, says.forwarding(view.forwarding)] };
}

function bridgeSections(view: View, bridge: Bridge, words: Words): readonly DescriptionSection[] {
  const { says } = words;
  const head = [
    says.bridge(bridge.name, bridgeState(bridge), bridge.ports.length),
    ...bridge.addresses,
    bridge.lladdr,
  ].join(', ');
  const ports: DescriptionSection = {
    title: says.portsOf(bridge.name),
    lines: [head],
    ...(bridge.ports.length === 0
      ? {}
      : {
          table: {
            head: says.headPorts,
            rows: bridge.ports.map((port) => {
              const guest = guestBehind(view, port.peer?.key);
              const end = port.peer ? `${port.peer.name} (${port.peer.ifindex})` : '';
              return [port.name, String(port.ifindex), port.state, guest ? `${guest.title}: ${end}` : end];
            }),
          },
        }),
  };
  const learned: DescriptionSection = {
    title: says.learnedOn(bridge.name),
    lines: bridge.learned.length === 0 ? [words.none] : [],
    ...(bridge.learned.length === 0
      ? {}
      : { table: { head: says.headLearned, rows: bridge.learned.map(({ lladdr, port }) => [lladdr, port]) } }),
  };
  return [ports, learned];
}

function guestLine(guest: Guest, words: Words): string {
  const { says } = words;
  const parts = [guest.state === undefined ? guest.title : `${guest.title} (${guest.image}, ${guest.state})`];
  if (guest.onHost) parts.push(words.hostNetwork);
  else if (guest.inode === undefined) parts.push(words.noNamespace);
  else parts.push(says.namespace(guest.inode));
  for (const dev of guest.devices) {
    const said = [says.port(dev.name, dev.ifindex), ...dev.addresses, dev.lladdr, dev.state];
    if (dev.peer) said.push(says.end(dev.peer.name, dev.peer.ifindex));
    parts.push(said.join(' '));
  }
  for (const { comm, own, host } of guest.processes) parts.push(says.process(comm, own, host));
  return parts.join('; ');
}

import { project } from '../../src/diagrams/net-bridge/diagram.ts';
import type { Scene, SceneWidth } from '../../src/diagrams/scene.ts';
import { readWorld } from '../../src/engine/core/world.ts';
import type { Language } from '../../src/i18n/languages.ts';
import { endOf, eventsAt, openTimeline, runLine, type Timeline, worldAt } from '../../src/lab/timeline.ts';

/** A host on which the lines have been run. */
export const hostAfter = (...lines: readonly string[]): Timeline =>
  lines.reduce((timeline, line) => runLine(timeline, line, 'host', 60_000_000), openTimeline('docker-host', 1));

export const sceneOf = (timeline: Timeline, language: Language, width: SceneWidth): Scene =>
  project(readWorld(worldAt(timeline, endOf(timeline))), {
    language,
    width,
    events: eventsAt(timeline, endOf(timeline)),
  });

/** `docker run` of so many containers. */
export const containers = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, i) => `docker run -d --name c${i + 1} ${i % 2 ? 'alpine sleep 1d' : 'nginx:alpine'}`,
  );

/** Hosts whose pictures are held to the rules, by name. */
export const hosts: Readonly<Record<string, readonly string[]>> = {
  empty: [],
  ...Object.fromEntries([1, 2, 3, 4, 5, 8, 9, 12, 14].map((count) => [`${count} containers`, containers(count)])),
  'a ping': [...containers(2), 'docker exec c2 ping -c 2 172.17.0.2'],
  stopped: [...containers(3), 'docker stop c2'],
  'other networks': [
    'docker run -d --name host-net --network host alpine sleep 1d',
    'docker run -d --name lonely --network none alpine sleep 1d',
    'docker create --name waiting alpine',
    'docker run -d --name a_container_with_quite_a_long_name nginx:alpine',
  ],
  'made by hand': [
    'docker run -d --name web nginx:alpine',
    'ip netns add lab',
    'ip link add va type veth peer name vb',
    'ip link set vb netns lab',
    'ip link set va master docker0',
  ],
  'not plugged in': [
    'ip netns add lab',
    'ip link add va type veth peer name vb',
    'ip link set vb netns lab',
    'ip link add x0 type veth peer name x1',
  ],
  'two bridges': [
    'docker run -d --name web nginx:alpine',
    'ip link add br0 type bridge',
    'ip link set br0 up',
    'ip netns add lab',
    'ip link add va type veth peer name vb',
    'ip link set vb netns lab',
    'ip link set va master br0',
    'ip link add x0 type veth peer name x1',
    'ip link set x0 master br0',
  ],
  'NIC plugged in': ['docker run -d --name web nginx:alpine', 'ip link set eth0 master docker0'],
};

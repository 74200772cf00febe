import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/diagrams/layout/text.ts';
import { project } from '../../src/diagrams/net-bridge/diagram.ts';
import { type Scene, type SceneNode, textOf } from '../../src/diagrams/scene.ts';
import { readWorld } from '../../src/engine/core/world.ts';
import { languages } from '../../src/i18n/languages.ts';
import { framesOf } from '../../src/lab/timeline.ts';
import { containers, hostAfter, hosts, sceneOf } from './hosts.ts';

const widths = ['wide', 'narrow'] as const;

const within = (nodes: ReadonlyMap<string, SceneNode>, a: SceneNode, b: SceneNode): boolean => {
  for (let at: SceneNode | undefined = a; at?.parent; at = nodes.get(at.parent)) if (at.parent === b.id) return true;
  return false;
};

const overlaps = (a: SceneNode, b: SceneNode): boolean =>
  a.x < b.x + b.w - 0.5 && b.x < a.x + a.w - 0.5 && a.y < b.y + b.h - 0.5 && b.y < a.y + a.h - 0.5;

function faultsOf(scene: Scene): readonly string[] {
  const faults: string[] = [];
  const nodes = new Map(scene.nodes.map((node) => [node.id, node]));
  if (nodes.size !== scene.nodes.length) faults.push('two nodes with one id');
  for (const [i, a] of scene.nodes.entries()) {
    if (a.x < 0 || a.y < 0 || a.x + a.w > scene.width || a.y + a.h > scene.height)
      faults.push(`${a.id} leaves the picture`);
    for (const b of scene.nodes.slice(i + 1))
      if (overlaps(a, b) && !within(nodes, a, b) && !within(nodes, b, a)) faults.push(`${a.id} and ${b.id} overlap`);
    for (const text of a.texts) {
      const w = widthOf(text.text, text);
      const left = text.x - (text.anchor === 'middle' ? w / 2 : text.anchor === 'end' ? w : 0);
      if (left < -0.6 || left + w > a.w + 0.6) faults.push(`“${text.text}” is wider than ${a.id}`);
    }
  }
  for (const link of scene.links)
    for (const end of [link.from, link.to]) if (!nodes.has(end)) faults.push(`${link.id} hangs on ${end}`);
  return faults;
}

/** Cables must not run through the cards of others. */
function crossings(scene: Scene): readonly string[] {
  const found: string[] = [];
  for (const link of scene.links.filter(({ kind }) => kind === 'cable'))
    for (const [i, [x1, y1]] of link.points.entries()) {
      const [x2, y2] = link.points[i + 1] ?? [x1, y1];
      for (const node of scene.nodes.filter(({ shape }) => shape === 'card' || shape === 'pill'))
        if (
          Math.min(x1, x2) < node.x + node.w &&
          Math.max(x1, x2) > node.x &&
          Math.min(y1, y2) < node.y + node.h &&
          Math.max(y1, y2) > node.y
        )
          found.push(`${link.id} runs through ${node.id}`);
    }
  return found;
}

describe('the picture of a host', () => {
  for (const [name, lines] of Object.entries(hosts)) {
    const timeline = hostAfter(...lines);
    for (const language of languages)
      for (const width of widths)
        it(`has no overlap and no text outside its box: ${name}, ${language}, ${width}`, () => {
          const scene = sceneOf(timeline, language, width);
          expect(scene.nodes.length).toBeGreaterThan(5);
          expect(faultsOf(scene)).toEqual([]);
          expect(crossings(scene)).toEqual([]);
        });
  }

  it('holds at every frame of a command too', () => {
    const timeline = hostAfter(...containers(2));
    for (const frame of framesOf(timeline, 2)) {
      const scene = project(readWorld(frame.world), { language: 'ko', width: 'wide', events: [frame.event] });
      expect(faultsOf(scene), frame.event.kind).toEqual([]);
    }
  });

  it('is the same data twice, and plain', () => {
    const scene = sceneOf(hostAfter(...containers(3)), 'en', 'wide');
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
    expect(sceneOf(hostAfter(...containers(3)), 'en', 'wide')).toEqual(scene);
  });
});

describe('what the picture says', () => {
  it('tells the state of an empty bridge', () => {
    const scene = sceneOf(hostAfter(), 'en', 'wide');
    expect(scene.description.summary).toBe('docker0 has 0 ports and is DOWN.');
    expect(textOf(scene.description)).toContain('NO-CARRIER');
    expect(textOf(scene.description)).toContain('The physical NIC eth0 198.51.100.10/24 is no port of docker0');
    expect(scene.links.filter(({ kind }) => kind === 'cable')).toEqual([]);
  });

  it('draws a cable from each running container to its port, and marks the one just plugged in', () => {
    const scene = sceneOf(hostAfter(...containers(2)), 'ko', 'wide');
    const cables = scene.links.filter(({ kind }) => kind === 'cable');
    expect(cables.map(({ tone }) => tone)).toEqual([undefined, 'made']);
    expect(scene.description.summary).toMatch(/^docker0: 포트 2개, 상태 UP: veth\w+ \(c1\), veth\w+ \(c2\)\.$/);
    expect(scene.nodes.flatMap(({ texts }) => texts.map(({ text }) => text))).toContain('방금 꽂힘');
  });

  it('shows a stopped container without cable and namespace', () => {
    const scene = sceneOf(hostAfter(...containers(2), 'docker stop c1'), 'en', 'wide');
    expect(scene.nodes.find(({ id }) => id === 'container:1')?.tone).toBe('faint');
    expect(scene.links.filter(({ kind }) => kind === 'cable').length).toBe(1);
    expect(textOf(scene.description)).toContain('c1 (nginx:alpine, exited); no namespace');
  });

  it('shows what bridges and namespaces have learned', () => {
    const said = textOf(sceneOf(hostAfter(...(hosts['a ping'] ?? [])), 'en', 'wide').description);
    expect(said).toMatch(/c2 \| 172\.17\.0\.2 \| (?:[0-9a-f]{2}:){5}[0-9a-f]{2} \| REACHABLE/);
    expect(said).toContain('Addresses that docker0 has learned');
  });

  it('draws a namespace made by hand like a container', () => {
    const scene = sceneOf(hostAfter(...(hosts['made by hand'] ?? [])), 'en', 'wide');
    expect(scene.description.summary).toMatch(/veth\w+ \(web\), va \(lab\)/);
    expect(scene.nodes.find(({ id }) => id.startsWith('netns:'))?.hue).toBe('net');
  });

  it('says so when the NIC is plugged in by hand', () => {
    const said = textOf(sceneOf(hostAfter(...(hosts['NIC plugged in'] ?? [])), 'en', 'wide').description);
    expect(said).toContain('is a port of docker0');
  });

  it('names a command whole, and says the PID on the host in as many words as are left', () => {
    const redis = ['redis', 'r2', 'r3', 'r4'].map((name) => `docker run -d --name ${name} redis:7-alpine`);
    for (const language of languages)
      for (const lines of [redis.slice(0, 1), redis])
        for (const width of widths) {
          const scene = sceneOf(hostAfter(...lines), language, width);
          const pills = scene.nodes.filter(({ kind }) => kind === 'process');
          expect(pills.map(({ texts }) => texts[0]?.text)).toEqual(lines.map(() => 'redis-server'));
          if (lines.length === 1) expect(pills[0]?.texts.at(-1)?.text).toMatch(/· (?:host|호스트) \d+/);
        }
  });

  it('leaves air between the ports of two rows, and none sticks out of the bar', () => {
    for (const count of [5, 8, 12]) {
      const { nodes } = sceneOf(hostAfter(...containers(count)), 'en', 'wide');
      const bar = nodes.find(({ kind }) => kind === 'bridge') as SceneNode;
      const ports = nodes
        .filter(({ kind, parent, y }) => kind === 'port' && parent === bar.id && y < bar.y)
        .sort((a, b) => a.x - b.x);
      expect(ports.length).toBe(Math.min(count, 8));
      for (const [i, port] of ports.entries()) {
        const before = ports[i - 1];
        expect(port.x).toBeGreaterThanOrEqual(before ? before.x + before.w + 6 : bar.x);
        expect(port.x + port.w).toBeLessThanOrEqual(bar.x + bar.w);
      }
    }
  });

  it('knows objects by the names that prose has for them', () => {
    const { nodes } = sceneOf(hostAfter(...containers(1)), 'ko', 'narrow');
    const titled = nodes.filter(({ title }) => title !== undefined);
    expect(titled.map(({ title }) => title).sort()).toEqual(['c1', 'docker0', 'eth0']);
  });

  it('counts what it does not draw', () => {
    const said = textOf(sceneOf(hostAfter(...containers(14)), 'en', 'wide').description);
    expect(said).toContain('2 more are not drawn');
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are words of the shell.
import { describe, expect, it } from 'vitest';
import { readWorld, type World } from '../../src/engine/core/world.ts';
import { TTY } from '../../src/engine/linux/tty.ts';
import { bootHost } from '../../src/lab/boot.ts';
import { step } from '../../src/lab/step.ts';
import { complete } from '../../src/shell/complete.ts';

const typed = (world: World, ...lines: readonly string[]): World =>
  lines.reduce((at, line) => step(at, { kind: 'exec', tty: 'c1', line }).world, world);
const fresh = step(bootHost('docker-host', 1), { kind: 'open', tty: 'c1' }).world;
const host = typed(
  fresh,
  'docker run -d --name web nginx:alpine; docker run -d --name worker alpine sleep 100',
  "mkdir -p /root/notes 'a b'; touch /root/net.txt .hidden; here=1; greet() { :; }",
);

const at = (line: string, world = host, cursor = line.length): readonly string[] => {
  const id = readWorld(world).find(TTY, 'name', 'c1')?.id ?? 0;
  const { from, candidates } = complete(world, id, line, cursor);
  return candidates.map((one) => line.slice(0, from) + one);
};

describe('completion', () => {
  it.each([
    ['mkd', ['mkdir']],
    ['expor', ['export']],
    ['gree', ['greet']],
    ['echo hi | gre', ['echo hi | greet', 'echo hi | grep']],
    ['if tru', ['if true', 'if truncate']],
    ['syst', ['systemctl']],
    ['docker ne', ['docker network']],
    ['docker network in', ['docker network inspect']],
    ['docker stop w', ['docker stop web', 'docker stop worker']],
    ['docker stop wo', ['docker stop worker']],
    ['docker run ng', ['docker run nginx:alpine', 'docker run nginx:latest']],
    ['docker run -d --name x ng', ['docker run -d --name x nginx:alpine', 'docker run -d --name x nginx:latest']],
    ['docker run alpine ng', []],
    ['docker run --netw', ['docker run --network', 'docker run --network-alias']],
    ['docker run --network br', ['docker run --network bridge']],
    ['docker exec -it web ', []],
    ['docker inspect br', ['docker inspect bridge']],
    ['ls --almost', ['ls --almost-all']],
    ['cat n', ['cat net.txt', 'cat notes/']],
    ['cd n', ['cd notes/']],
    ['cat .h', ['cat .hidden']],
    ['ls a', ['ls a\\ b/']],
    ['cat </etc/hostn', ['cat </etc/hostname']],
    ['cat /etc/fst', ['cat /etc/fstab']],
    ['echo $her', ['echo $here']],
    ['echo "${her', ['echo "${here']],
    ['x=/etc/hostn', ['x=/etc/hostname']],
    ['ip li', ['ip link']],
    ['ip link set dock', ['ip link set docker0']],
    ['ip a show dev et', ['ip a show dev eth0']],
    ['systemctl status d', ['systemctl status docker']],
    ['nosuchthing', []],
  ])('%s', (line, wanted) => {
    expect(at(line)).toEqual(wanted);
  });

  it('looks at what stands before the cursor only', () => {
    expect(at('docker st web', host, 9)).toEqual(['docker start', 'docker stats', 'docker stop']);
  });

  it('inside a container sees its files, applets and builtins', () => {
    const inside = typed(host, 'docker exec -it web sh');
    expect(at('ls /etc/ngi', inside)).toEqual(['ls /etc/nginx/']);
    expect(at('mapf', inside)).toEqual([]);
    expect(at('docke', inside)).toEqual([]);
    expect(at('nslooku', inside)).toEqual(['nslookup']);
  });

  it('says nothing while a program holds the terminal', () => {
    expect(at('l', typed(host, 'sleep 100'))).toEqual([]);
  });
});

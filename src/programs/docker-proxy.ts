import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { accept, connect, connected, shutdown } from '../engine/net/calls.ts';

/** One way of a connection: where text comes from, where it goes, and what did not fit yet. */
interface Way {
  readonly from: number;
  readonly to: number;
  readonly pending: string;
  readonly over: boolean;
}

interface Proxy {
  readonly listener: number;
  /** Where connections go: an address and port in the container's network. */
  readonly address: number;
  readonly port: number;
  readonly pairs: readonly { readonly ready: boolean; readonly ways: readonly [Way, Way] }[];
}

type Pair = Proxy['pairs'][number];

/** Copies what there is; the end of one side is passed on to the other. */
function copy(sys: System, way: Way): Way {
  if (way.over) return way;
  let { pending } = way;
  for (;;) {
    while (pending !== '') {
      const wrote = sys.write(way.to, pending);
      if (!wrote.ok && wrote.error === 'EAGAIN') return { ...way, pending };
      if (!wrote.ok) return { ...way, pending: '', over: true };
      pending = pending.slice(wrote.value);
    }
    const read = sys.read(way.from);
    if (!read.ok && read.error === 'EAGAIN') return { ...way, pending };
    if (!read.ok || read.value === '') {
      shutdown(sys, way.to);
      return { ...way, pending: '', over: true };
    }
    pending = read.value;
  }
}

/** One connection further; undefined when it is over. */
function goOn(sys: System, pair: Pair): Pair | undefined {
  const [near, far] = pair.ways;
  if (!pair.ready) {
    const there = connected(sys, near.to);
    if (!there.ok && there.error === 'EAGAIN') return pair;
    if (!there.ok) return end(sys, pair);
  }
  const ways = [copy(sys, near), copy(sys, far)] as const;
  return ways.every((way) => way.over) ? end(sys, pair) : { ready: true, ways };
}

function end(sys: System, pair: Pair): undefined {
  sys.close(pair.ways[0].from);
  sys.close(pair.ways[0].to);
  return undefined;
}

function serve(sys: System, state: Proxy): Next<Proxy> {
  const pairs = [...state.pairs];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener)) {
    const client = next.value.fd;
    const far = connect(sys, state.address, state.port);
    if (!far.ok) {
      sys.close(client);
      continue;
    }
    const way = { pending: '', over: false };
    pairs.push({
      ready: false,
      ways: [
        { ...way, from: client, to: far.value },
        { ...way, from: far.value, to: client },
      ],
    });
  }
  const open = pairs.flatMap((pair) => goOn(sys, pair) ?? []);
  const fds = [state.listener, ...open.flatMap(({ ways }) => [ways[0].from, ways[0].to])];
  const channels = fds.map((fd) => sys.channel(fd)).filter((channel): channel is string => channel !== undefined);
  return { state: { ...state, pairs: open }, wait: { channels } };
}

/** docker-proxy: the daemon starts it with its listening socket; connections are carried to the container. */
defineProgram<Proxy>({
  name: 'docker-proxy',
  start(sys) {
    sys.write(2, 'docker-proxy is started by dockerd\n');
    return { exit: 1 };
  },
  resume: serve,
});

import { strerror } from '../../engine/core/errno.ts';
import { type Micros, SECOND } from '../../engine/core/units.ts';
import type { System } from '../../engine/linux/system.ts';
import type { Wait } from '../../engine/linux/wait.ts';
import { connect, connected } from '../../engine/net/calls.ts';
import { answerOf, isLookup, type Lookup, lookUp, lookupWait } from './resolve.ts';

/** A URL as the two clients read it: http alone is simulated. */
export interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export function parseUrl(text: string): Url | undefined {
  const match = /^(?:(\w+):\/\/)?(?:[^@/]*@)?([^/:?#]+)(?::(\d+))?([/?][^#]*)?(?:#.*)?$/.exec(text);
  if (!match) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const path = match[4] ?? '/';
  return {
    scheme,
    host: match[2] as string,
    port: Number(match[3] ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/** A request on its way. Plain JSON. */
export interface Fetching {
  readonly phase: 'resolving' | 'connecting' | 'reading';
  readonly url: Url;
  readonly request: string;
  readonly startedAt: Micros;
  readonly deadline: Micros;
  readonly lookup?: Lookup;
  readonly address?: number;
  readonly fd?: number;
  readonly text: string;
}

export type Fetched =
  | { readonly kind: 'going'; readonly state: Fetching; readonly wait: Wait }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly head: string;
      readonly body: string;
      readonly address: number;
    }
  | {
      readonly kind: 'failed';
      readonly why: 'name' | 'connect' | 'timeout' | 'empty';
      readonly error: string;
      readonly address?: number;
      readonly state: Fetching;
    };

export function startFetch(sys: System, url: Url, request: string, seconds: number): Fetched {
  const state: Fetching = {
    phase: 'resolving',
    url,
    request,
    startedAt: sys.now,
    deadline: sys.now + seconds * SECOND,
    text: '',
  };
  return resolved(sys, state, lookUp(sys, url.host));
}

function resolved(sys: System, state: Fetching, answer: ReturnType<typeof lookUp>): Fetched {
  if (isLookup(answer)) return { kind: 'going', state: { ...state, lookup: answer }, wait: lookupWait(sys, answer) };
  if (answer.kind !== 'address') return { kind: 'failed', why: 'name', error: answer.kind, state };
  const fd = connect(sys, answer.address, state.url.port);
  if (!fd.ok) return { kind: 'failed', why: 'connect', error: strerror(fd.error), address: answer.address, state };
  return goOn(sys, { ...state, phase: 'connecting', address: answer.address, fd: fd.value });
}

/** Looks how far the request has come; called again after each wake. */
export function goOn(sys: System, state: Fetching): Fetched {
  if (state.phase === 'resolving' && state.lookup) return resolved(sys, state, answerOf(sys, state.lookup));
  const fd = state.fd as number;
  const address = state.address as number;
  const channel = sys.channel(fd);
  const wait: Wait = { channels: channel === undefined ? [] : [channel], until: state.deadline };
  if (state.phase === 'connecting') {
    const ready = connected(sys, fd);
    if (!ready.ok && ready.error !== 'EAGAIN')
      return { kind: 'failed', why: 'connect', error: strerror(ready.error), address, state };
    if (!ready.ok)
      return sys.now >= state.deadline
        ? { kind: 'failed', why: 'timeout', error: '', address, state }
        : { kind: 'going', state, wait };
    sys.write(fd, state.request);
    return goOn(sys, { ...state, phase: 'reading' });
  }
  let { text } = state;
  for (;;) {
    const read = sys.read(fd);
    if (!read.ok && read.error === 'EAGAIN') {
      if (sys.now >= state.deadline) return { kind: 'failed', why: 'timeout', error: '', address, state };
      return { kind: 'going', state: { ...state, text }, wait };
    }
    if (!read.ok || read.value === '') break;
    text += read.value;
  }
  sys.close(fd);
  const split = text.indexOf('\r\n\r\n');
  if (split < 0) return { kind: 'failed', why: 'empty', error: '', address, state };
  return {
    kind: 'response',
    status: Number(/^HTTP\/\S+ (\d+)/.exec(text)?.[1] ?? 0),
    head: text.slice(0, split + 4),
    body: text.slice(split + 4),
    address,
  };
}

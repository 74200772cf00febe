import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { BOOT_EPOCH } from '../engine/core/world.ts';
import type { Catalogue } from '../engine/oci/catalogue.ts';
import type { Host } from '../lab/host.ts';

/** An instant as written (`2026-11-25T02:08:00Z`) → microseconds from the boot instant. */
const instant = z.pipe(
  z.string(),
  z.transform((text) => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new Error(`${text} is no instant`);
    return ms * 1000 - BOOT_EPOCH * 1_000_000;
  }),
);

const numbers = z.tuple([z.number(), z.number()]);
const record = <T extends z.core.$ZodType>(value: T) => z.record(z.string(), value);

const node: z.ZodMiniType<unknown> = z.union([
  z.string(),
  z.strictObject({
    dir: z.optional(record(z.lazy(() => node))),
    text: z.optional(z.string()),
    link: z.optional(z.string()),
    program: z.optional(z.string()),
    size: z.optional(z.number()),
    mode: z.optional(z.number()),
    uid: z.optional(z.number()),
    gid: z.optional(z.number()),
    mtime: z.optional(instant),
    chr: z.optional(numbers),
  }),
]);

const processSchema = z.strictObject({
  pid: z.number(),
  ppid: z.number(),
  comm: z.string(),
  argv: z.optional(z.array(z.string())),
  exe: z.optional(z.string()),
  uid: z.optional(z.number()),
  gid: z.optional(z.number()),
  cgroup: z.optional(z.string()),
  state: z.optional(z.enum(['S', 'I'])),
  nice: z.optional(z.number()),
  threads: z.optional(z.number()),
  mnt: z.optional(z.number()),
  uts: z.optional(z.number()),
});

const networkSchema = z.strictObject({
  forwarding: z.optional(z.boolean()),
  interfaces: z.array(
    z.strictObject({
      name: z.string(),
      lladdr: z.string(),
      addresses: z.array(z.string()),
      altnames: z.optional(z.array(z.string())),
      wire: z.optional(z.string()),
    }),
  ),
  routes: z.array(z.strictObject({ to: z.string(), via: z.string(), dev: z.string() })),
  neighbours: z.optional(z.array(z.strictObject({ address: z.string(), dev: z.string() }))),
  resolver: z.optional(z.string()),
  servers: z.optional(
    z.array(
      z.strictObject({
        address: z.string(),
        port: z.number(),
        kind: z.enum(['web', 'resolver', 'registry']),
        names: z.optional(record(z.string())),
      }),
    ),
  ),
});

const hostSchema = z.strictObject({
  machines: z.array(
    z.strictObject({
      name: z.string(),
      cpus: z.number(),
      memory: z.number(),
      kernel: z.string(),
      version: z.string(),
      cpuinfo: z.optional(z.string()),
      sysctl: z.optional(record(z.string())),
      installed: instant,
      disk: z.strictObject({ source: z.string(), type: z.string(), dev: numbers }),
      mounts: z.array(
        z.strictObject({
          point: z.string(),
          type: z.string(),
          source: z.string(),
          flags: z.string(),
          options: z.optional(z.string()),
          minor: z.optional(z.number()),
        }),
      ),
      cgroups: z.array(z.strictObject({ path: z.string(), controllers: z.optional(z.string()) })),
      processes: z.array(processSchema),
      login: z.optional(z.number()),
      lastPid: z.number(),
      files: record(node),
      commands: record(z.array(z.string())),
      network: networkSchema,
      images: z.array(z.string()),
      docker: z.boolean(),
    }),
  ),
});

const strings = z.optional(z.array(z.string()));
const catalogueSchema = z.strictObject({
  layers: record(
    z.strictObject({
      diffId: z.optional(z.string()),
      size: z.number(),
      unpacked: z.number(),
      created: instant,
      links: z.optional(z.strictObject({ target: z.string(), dir: z.string(), names: z.array(z.string()) })),
      files: record(node),
    }),
  ),
  images: z.array(
    z.strictObject({
      names: z.array(z.string()),
      digest: z.optional(z.string()),
      configDigest: z.optional(z.string()),
      created: instant,
      size: z.number(),
      manifestSize: z.number(),
      config: z.strictObject({
        Env: strings,
        Cmd: strings,
        Entrypoint: strings,
        WorkingDir: z.optional(z.string()),
        User: z.optional(z.string()),
        ExposedPorts: z.optional(record(z.object({}))),
        Labels: z.optional(record(z.string())),
        StopSignal: z.optional(z.string()),
        Volumes: z.optional(record(z.object({}))),
      }),
      history: z.array(z.strictObject({ by: z.string(), layer: z.optional(z.string()) })),
    }),
  ),
});

type Given = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One document over another: objects are merged, machines by their name, all else is replaced. */
function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = base[key];
    merged[key] =
      key === 'machines' && Array.isArray(old) && Array.isArray(value)
        ? old.map((one: Given) =>
            merge(one, (value as readonly Given[]).find((other) => other.name === one.name) ?? one),
          )
        : merge(old, value);
  }
  return merged;
}

/** A document with those that it is laid over by `base: <name>` (another file of the same folder). */
function load(root: string, path: string): unknown {
  const own = parse(readFileSync(join(root, path), 'utf8')) as unknown;
  if (!isObject(own) || typeof own.base !== 'string') return own;
  const { base, ...over } = own;
  return merge(load(root, join(dirname(path), `${base}.yaml`)), over);
}

function read<T>(root: string, path: string, schema: z.ZodMiniType): T {
  const result = z.safeParse(schema, load(root, path));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data as T;
}

/** content/hosts/*.yaml by the name of the file. Throws, with the place named, on a wrong shape. */
export function readHosts(root: string): Readonly<Record<string, Host>> {
  const files = readdirSync(join(root, 'content/hosts')).filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(
    files.sort().map((file) => [basename(file, '.yaml'), read<Host>(root, `content/hosts/${file}`, hostSchema)]),
  );
}

/** content/images.yaml. Throws on a wrong shape and on a step that names no layer. */
export function readImages(root: string): Catalogue {
  const catalogue = read<Catalogue>(root, 'content/images.yaml', catalogueSchema);
  for (const { names, history } of catalogue.images)
    for (const { layer } of history)
      if (layer !== undefined && !catalogue.layers[layer])
        throw new Error(`content/images.yaml: ${names[0]} names ${layer}, which is no layer`);
  return catalogue;
}

/** Values of a machine shorter than this are written where they stand. */
const SHORT = 200;

/** The hosts as a module. What two of them have in common is written once. */
function moduleOf(all: Readonly<Record<string, Host>>): string {
  const shared = new Map<string, string>();
  const expression = (value: unknown): string => {
    const json = JSON.stringify(value);
    if (json.length < SHORT) return json;
    if (!shared.has(json)) shared.set(json, `v${shared.size}`);
    return shared.get(json) as string;
  };
  const machines = (host: Host): string =>
    host.machines
      .map((machine) => `{${Object.entries(machine).map(([key, value]) => `${key}:${expression(value)}`)}}`)
      .join();
  const entries = Object.entries(all).map(([id, host]) => `${JSON.stringify(id)}:{machines:[${machines(host)}]}`);
  const values = [...shared].map(([json, name]) => `const ${name}=${json};`);
  return `${values.join('\n')}\nexport const hosts={${entries.join()}};`;
}

/** Serves `virtual:hosts` and `virtual:images`: machines and registry catalogue as plain data. */
export function hosts(): Plugin {
  let root = '';
  return {
    name: 'hosts',
    configResolved(config) {
      root = config.root;
    },
    resolveId: { filter: { id: /^virtual:(?:hosts|images)$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:(?:hosts|images)$/ },
      handler(id) {
        if (id === '\0virtual:images') {
          this.addWatchFile(join(root, 'content/images.yaml'));
          return `export const catalogue = ${JSON.stringify(readImages(root))};`;
        }
        for (const file of readdirSync(join(root, 'content/hosts')))
          this.addWatchFile(join(root, 'content/hosts', file));
        return moduleOf(readHosts(root));
      },
    },
  };
}

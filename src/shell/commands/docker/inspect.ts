import { findContainer, noSuchContainer } from '../../../engine/docker/container.ts';
import { findImage, normalRef } from '../../../engine/docker/image.ts';
import {
  inspectContainer,
  inspectImage,
  inspectNetwork,
  inspectVolume,
  nullText,
} from '../../../engine/docker/inspect.ts';
import { sizeOf } from '../../../engine/docker/layer.ts';
import { findNetwork } from '../../../engine/docker/network.ts';
import { parseTemplate, runTemplate, type TemplateValue } from '../../../engine/docker/template.ts';
import { findVolume, noSuchVolume } from '../../../engine/docker/volume.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { isoTime } from '../../docker/format.ts';

type View = Readonly<Record<string, TemplateValue>>;
type Kind = 'container' | 'image' | 'network' | 'volume';

const FIND: Readonly<Record<Kind, (docker: Docker, ref: string) => View | undefined>> = {
  container(docker, ref) {
    const row = findContainer(docker.tx, docker.machine, ref);
    if (!row) return undefined;
    const view = inspectContainer(docker.tx, row, isoTime);
    if (!docker.has('size')) return view;
    const { own, all } = sizeOf(docker.tx, row);
    return { ...view, SizeRw: own, SizeRootFs: all };
  },
  image(docker, ref) {
    const row = findImage(docker.tx, docker.machine, ref);
    return row && inspectImage(row, ref, isoTime);
  },
  network(docker, ref) {
    const row = findNetwork(docker.tx, docker.machine, ref);
    return row && inspectNetwork(docker.tx, row, isoTime);
  },
  volume(docker, ref) {
    const row = findVolume(docker.tx, docker.machine, ref);
    return row && inspectVolume(row, isoTime);
  },
};

function missing(kind: Kind | undefined, ref: string): string {
  if (kind === 'container') return `Error response from daemon: ${noSuchContainer(ref)}`;
  if (kind === 'image') return `Error response from daemon: No such image: ${normalRef(ref)}`;
  if (kind === 'volume') return `Error response from daemon: ${noSuchVolume(ref)}`;
  return kind === 'network' ? `Error response from daemon: network ${ref} not found` : `error: no such object: ${ref}`;
}

/** Prints views as JSON or by template, then what was not found. */
export function inspect(docker: Docker, kinds: readonly Kind[], only: Kind | undefined): number {
  const views: View[] = [];
  const errors: string[] = [];
  for (const ref of docker.args) {
    const view = kinds.map((kind) => FIND[kind](docker, ref)).find((found) => found !== undefined);
    if (view) views.push(view);
    else errors.push(missing(only, ref));
  }
  const format = docker.value('format') ?? '';
  const status =
    format === '' || format === 'json'
      ? printJson(docker, views, format === 'json')
      : printTemplate(docker, views, format);
  if (status === 0 || status === 1) for (const error of errors) docker.err(`${error}\n`);
  return status || (errors.length > 0 ? 1 : 0);
}

function printJson(docker: Docker, views: readonly View[], compact: boolean): number {
  const text = compact ? JSON.stringify(views) : JSON.stringify(views, null, 4);
  docker.out(`${text}\n`);
  return 0;
}

function printTemplate(docker: Docker, views: readonly View[], format: string): number {
  const parsed = parseTemplate(format);
  if ('error' in parsed) {
    docker.err(`template parsing error: ${parsed.error}\n`);
    return 64;
  }
  for (const view of views) {
    const made = runTemplate(parsed.nodes, view, { nulls: nullText });
    docker.out(`${made.error === undefined ? made.text : ''}\n`);
    if (made.error === undefined) continue;
    docker.err(`template parsing error: ${made.error}\n`);
    return 1;
  }
  return 0;
}

const format = {
  short: 'f',
  type: 'string',
  help: "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
} as const;
const size = { short: 's', type: 'bool', help: 'Display total file sizes if the type is container' } as const;
const many = [1, Number.POSITIVE_INFINITY] as const;

defineDocker({
  names: ['inspect'],
  summary: 'Return low-level information on Docker objects',
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  flags: { format, size, type: { type: 'string', help: 'Only inspect objects of the given type' } },
  args: many,
  run(docker) {
    const type = docker.value('type');
    if (type === undefined || type === '')
      return inspect(docker, ['container', 'image', 'network', 'volume'], undefined);
    if (Object.hasOwn(FIND, type)) return inspect(docker, [type as Kind], type as Kind);
    docker.err(`${JSON.stringify(type)} is not a valid value for --type\n`);
    return 1;
  },
});
for (const kind of ['container', 'image', 'network', 'volume'] as const) {
  defineDocker({
    names: [`${kind} inspect`],
    summary: `Display detailed information on one or more ${kind}s`,
    usage: `[OPTIONS] ${kind.toUpperCase()} [${kind.toUpperCase()}...]`,
    flags: { format, ...(kind === 'container' ? { size } : {}) },
    args: many,
    run: (docker) => inspect(docker, [kind], kind),
  });
}

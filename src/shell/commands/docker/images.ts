import { findImage, IMAGE, type Image } from '../../../engine/docker/image.ts';
import { isUsed } from '../../../engine/docker/store.ts';
import type { TemplateValue } from '../../../engine/docker/template.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { goTime, humanDuration, humanSize, printListing } from '../../docker/format.ts';
import { bare, matchesPattern } from '../../pattern.ts';

interface Named {
  readonly image: Image;
  readonly repository: string;
  readonly tag: string;
}

function namedImages(docker: Docker): readonly Named[] {
  return docker.tx
    .list(IMAGE, 'machine', docker.machine)
    .flatMap((image) =>
      (image.tags.length > 0 ? image.tags : ['<none>:<none>']).map((name) => {
        const at = name.lastIndexOf(':');
        return { image, repository: name.slice(0, at), tag: name.slice(at + 1) };
      }),
    )
    .sort(
      (a, b) =>
        b.image.createdAt - a.image.createdAt || (`${a.repository}:${a.tag}` < `${b.repository}:${b.tag}` ? -1 : 1),
    );
}

/** Unpacked layers and what was pulled. */
const bytes = (image: Image): number => image.layers.reduce((sum, layer) => sum + layer.unpacked, image.size);

type Filter = (docker: Docker, row: Named, value: string) => boolean;

const createdAt = (docker: Docker, ref: string): number =>
  findImage(docker.tx, docker.machine, ref)?.createdAt ?? Number.NaN;

const FILTERS: Readonly<Record<string, Filter>> = {
  dangling: (_docker, { tag }, value) => (tag === '<none>') === /^(?:1|true)$/i.test(value),
  reference: (_docker, row, value) => fits(row, value),
  label: (_docker, { image }, value) => {
    const [key = '', wanted] = value.split(/=(.*)/s) as [string, string?];
    const { Labels = {} } = image.config;
    return wanted === undefined ? Object.hasOwn(Labels, key) : Labels[key] === wanted;
  },
  before: (docker, { image }, value) => image.createdAt < createdAt(docker, value),
  since: (docker, { image }, value) => image.createdAt > createdAt(docker, value),
};

/** Does `REPOSITORY[:TAG]`, with the shell's wildcards, name it? */
function fits({ repository, tag }: Named, pattern: string): boolean {
  const [name = '', wanted] = pattern.split(':') as [string, string?];
  return matchesPattern(bare(name), repository) && (wanted === undefined || matchesPattern(bare(wanted), tag));
}

function rowOf(docker: Docker, { image, repository, tag }: Named): Readonly<Record<string, TemplateValue>> {
  const id = image.digest.slice(7);
  return {
    ID: docker.has('no-trunc') ? image.digest : id.slice(0, 12),
    Repository: repository,
    Tag: tag,
    Digest: image.digest,
    CreatedAt: goTime(image.createdAt),
    CreatedSince: `${humanDuration(docker.tx.now - image.createdAt)} ago`,
    Size: humanSize(bytes(image), 3),
    Containers: 'N/A',
    SharedSize: 'N/A',
    UniqueSize: 'N/A',
    VirtualSize: humanSize(bytes(image), 3),
  };
}

/** The table of Docker 29: by name, sizes to the right; `U` marks an image that a container has. */
function overview(docker: Docker, rows: readonly Named[]): string {
  const cells = rows
    .map(({ image, repository, tag }) => [
      tag === '<none>' ? '<untagged>' : `${repository}:${tag}`,
      image.digest.slice(7, 19),
      humanSize(bytes(image), 3),
      humanSize(image.size, 3),
      isUsed(docker.tx, image) ? 'U' : '',
    ])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  const name = Math.max(5, ...cells.map((row) => (row[0] as string).length));
  const line = ([first = '', id = '', size = '', content = '', extra = '']: readonly string[]): string =>
    `${first.padEnd(name)}   ${id.padEnd(12)}   ${size.padStart(10)}   ${content.padStart(12)}   ${extra.padEnd(5)}\n`;
  return line(['IMAGE', 'ID', 'DISK USAGE', 'CONTENT SIZE', 'EXTRA']) + cells.map(line).join('');
}

function list(docker: Docker): number {
  const [pattern] = docker.args;
  const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s) as [string, string]);
  for (const [name] of filters) if (!Object.hasOwn(FILTERS, name)) return docker.refused(`invalid filter '${name}'`);
  const all = namedImages(docker).filter(
    (row) =>
      (pattern === undefined || fits(row, pattern)) &&
      filters.every(([name, value]) => (FILTERS[name] as Filter)(docker, row, value)),
  );
  const format = docker.value('format') ?? '';
  const plain = ['quiet', 'digests', 'no-trunc'].some((name) => docker.has(name));
  if (format === '' && !plain) {
    docker.out(overview(docker, all));
    return 0;
  }
  const rows = all.map((row) => rowOf(docker, row));
  const unique = docker.has('quiet')
    ? rows.filter((row, i) => rows.findIndex((other) => other.ID === row.ID) === i)
    : rows;
  return printListing(
    docker,
    {
      columns: [
        ['REPOSITORY', 'Repository'],
        ['TAG', 'Tag'],
        ...(docker.has('digests') ? [['DIGEST', 'Digest'] as const] : []),
        ['IMAGE ID', 'ID'],
        ['CREATED', 'CreatedSince'],
        ['SIZE', 'Size'],
      ],
      headers: { ID: 'IMAGE ID', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT' },
      rows: unique,
      type: '*formatter.imageContext',
      ...(docker.has('quiet') ? { quiet: 'ID' } : {}),
    },
    format,
  );
}

defineDocker({
  names: ['image ls', 'image list', 'images'],
  summary: 'List images',
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  flags: {
    all: { short: 'a', type: 'bool', help: 'Show all images (default hides intermediate and dangling images)' },
    digests: { type: 'bool', help: 'Show digests' },
    filter: { short: 'f', type: 'filter', help: 'Filter output based on conditions provided' },
    format: { type: 'string', help: 'Format output using a custom template' },
    'no-trunc': { type: 'bool', help: "Don't truncate output" },
    quiet: { short: 'q', type: 'bool', help: 'Only show image IDs' },
  },
  args: [0, 1],
  run: list,
});

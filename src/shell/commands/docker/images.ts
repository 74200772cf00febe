import { CONTAINER, isUp } from '../../../engine/docker/container.ts';
import { findImage, IMAGE, type Image, isReference, normalRef } from '../../../engine/docker/image.ts';
import type { TemplateValue } from '../../../engine/docker/template.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { unreachableHub } from '../../docker/create.ts';
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
      image.tags.map((name) => {
        const at = name.lastIndexOf(':');
        return { image, repository: name.slice(0, at), tag: name.slice(at + 1) };
      }),
    )
    .sort(
      (a, b) =>
        b.image.createdAt - a.image.createdAt || (`${a.repository}:${a.tag}` < `${b.repository}:${b.tag}` ? -1 : 1),
    );
}

const bytes = (image: Image): number => image.layers.reduce((sum, layer) => sum + layer.size + layer.unpacked, 0);
const content = (image: Image): number => image.layers.reduce((sum, layer) => sum + layer.size, 0);

function rowOf(docker: Docker, { image, repository, tag }: Named): Readonly<Record<string, TemplateValue>> {
  const used = docker.tx
    .list(CONTAINER, 'machine', docker.machine)
    .some((container) => container.image === image.id && isUp(container));
  const id = image.digest.slice(7);
  return {
    Name: `${repository}:${tag}`,
    ID: docker.has('no-trunc') ? image.digest : id.slice(0, 12),
    Repository: repository,
    Tag: tag,
    Digest: image.digest,
    CreatedAt: goTime(image.createdAt),
    CreatedSince: `${humanDuration(docker.tx.now - image.createdAt)} ago`,
    Size: humanSize(bytes(image), 3),
    Content: humanSize(content(image), 3),
    Extra: used ? 'U' : '',
  };
}

function list(docker: Docker): number {
  const [pattern] = docker.args;
  const all = namedImages(docker).filter((row) => {
    if (pattern === undefined) return true;
    const [repository, tag] = pattern.split(':') as [string, string?];
    return (
      matchesPattern(bare(repository), row.repository) && (tag === undefined || matchesPattern(bare(tag), row.tag))
    );
  });
  const rows = all.map((row) => rowOf(docker, row));
  const unique = docker.has('quiet')
    ? rows.filter((row, i) => rows.findIndex((other) => other.ID === row.ID) === i)
    : rows;
  return printListing(
    docker,
    {
      columns: [
        ['IMAGE', 'Name'],
        ['ID', 'ID'],
        ['DISK USAGE', 'Size'],
        ['CONTENT SIZE', 'Content'],
        ['EXTRA', 'Extra'],
      ],
      headers: { ID: 'IMAGE ID', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT' },
      rows: unique,
      type: '*formatter.imageContext',
      ...(docker.has('quiet') ? { quiet: 'ID' } : {}),
    },
    docker.value('format') ?? '',
  );
}

defineDocker({
  names: ['image ls', 'image list', 'images'],
  summary: 'List images',
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  flags: {
    all: { short: 'a', type: 'bool', help: 'Show all images (default hides intermediate and dangling images)' },
    filter: { short: 'f', type: 'filter', help: 'Filter output based on conditions provided' },
    format: { type: 'string', help: 'Format output using a custom template' },
    'no-trunc': { type: 'bool', help: "Don't truncate output" },
    quiet: { short: 'q', type: 'bool', help: 'Only show image IDs' },
  },
  args: [0, 1],
  run: list,
});

defineDocker({
  names: ['image pull', 'pull'],
  summary: 'Download an image from a registry',
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  flags: { quiet: { short: 'q', type: 'bool', help: 'Suppress verbose output' } },
  args: [1, 1],
  takes: 300,
  run(docker) {
    const ref = docker.args[0] as string;
    if (!isReference(ref)) return docker.refused('invalid reference format');
    const normal = normalRef(ref);
    const image = findImage(docker.tx, docker.machine, normal);
    if (!/:[^/]+$/.test(ref) && !docker.has('quiet')) docker.out('Using default tag: latest\n');
    if (!image) return docker.refused(unreachableHub(ref));
    if (!docker.has('quiet'))
      docker.out(
        `${normal.slice(normal.lastIndexOf(':') + 1)}: Pulling from library/${normal.slice(0, normal.lastIndexOf(':'))}\nDigest: ${image.digest}\nStatus: Image is up to date for ${normal}\n`,
      );
    docker.out(`docker.io/library/${normal}\n`);
    return 0;
  },
});

defineDocker({
  names: ['image tag', 'tag'],
  summary: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  flags: {},
  args: [2, 2],
  run(docker) {
    const [from, to] = docker.args as [string, string];
    const image = findImage(docker.tx, docker.machine, from);
    if (!image) return docker.refused(`No such image: ${normalRef(from)}`);
    if (!isReference(to)) {
      docker.err(
        `Error parsing reference: ${JSON.stringify(to)} is not a valid repository/tag: invalid reference format\n`,
      );
      return 1;
    }
    const old = findImage(docker.tx, docker.machine, to);
    if (old) docker.tx.put<Image>(IMAGE, { ...old, tags: old.tags.filter((name) => name !== normalRef(to)) });
    const row = docker.tx.need(IMAGE, image.id);
    docker.tx.put<Image>(IMAGE, { ...row, tags: [...row.tags, normalRef(to)] });
    return 0;
  },
});

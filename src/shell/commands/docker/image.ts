import { findImage, normalRef } from '../../../engine/docker/image.ts';
import { addTag, removeImage } from '../../../engine/docker/store.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { goTime, humanDuration, humanSize, isoTime, printListing } from '../../docker/format.ts';

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
    const tagged = addTag(docker.tx, image, to);
    if (tagged.ok) return 0;
    docker.err(`Error parsing reference: ${tagged.message}: invalid reference format\n`);
    return 1;
  },
});

function remove(docker: Docker): number {
  let status = 0;
  for (const ref of docker.args) {
    const image = findImage(docker.tx, docker.machine, ref);
    const done = image && removeImage(docker.tx, image, ref, docker.has('force'));
    if (done?.ok) {
      docker.out(done.value.untagged.map((name) => `Untagged: ${name}\n`).join(''));
      if (done.value.deleted !== undefined) docker.out(`Deleted: ${done.value.deleted}\n`);
      continue;
    }
    const failed = docker.refused(done?.message ?? `No such image: ${normalRef(ref)}`);
    if (image || !docker.has('force')) status = failed;
  }
  return status;
}

defineDocker({
  names: ['image rm', 'image remove', 'rmi'],
  summary: 'Remove one or more images',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  flags: {
    force: { short: 'f', type: 'bool', help: 'Force removal of the image' },
    'no-prune': { type: 'bool', help: 'Do not delete untagged parents' },
    platform: { type: 'list', help: 'Remove only the given platform variant' },
  },
  args: [1, Number.POSITIVE_INFINITY],
  takes: 60,
  run: remove,
});

const WIDEST = 45;

function history(docker: Docker): number {
  const ref = docker.args[0] as string;
  const image = findImage(docker.tx, docker.machine, ref);
  if (!image) return docker.refused(`No such image: ${normalRef(ref)}`);
  const whole = docker.has('no-trunc');
  const id = whole ? image.digest : image.digest.slice(7, 19);
  const size = (bytes: number): string => (docker.value('human') === 'false' ? String(bytes) : humanSize(bytes, 3));
  const rows = [...image.history].reverse().map((step, i) => ({
    ID: i === 0 ? id : '<missing>',
    CreatedAt: isoTime(image.createdAt).replace(/\.\d+/, ''),
    CreatedSince:
      docker.value('human') === 'false'
        ? goTime(image.createdAt)
        : `${humanDuration(docker.tx.now - image.createdAt)} ago`,
    CreatedBy: whole || step.by.length <= WIDEST ? step.by : `${step.by.slice(0, WIDEST - 1)}…`,
    Size: size(step.size),
    Comment: 'buildkit.dockerfile.v0',
  }));
  return printListing(
    docker,
    {
      columns: [
        ['IMAGE', 'ID'],
        ['CREATED', 'CreatedSince'],
        ['CREATED BY', 'CreatedBy'],
        ['SIZE', 'Size'],
        ['COMMENT', 'Comment'],
      ],
      headers: { ID: 'IMAGE', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT', CreatedBy: 'CREATED BY' },
      rows,
      type: '*formatter.historyContext',
      ...(docker.has('quiet') ? { quiet: 'ID' } : {}),
    },
    docker.value('format') ?? '',
  );
}

defineDocker({
  names: ['image history', 'history'],
  summary: 'Show the history of an image',
  usage: '[OPTIONS] IMAGE',
  flags: {
    format: { type: 'string', help: 'Format output using a custom template' },
    human: { short: 'H', type: 'bool', help: 'Print sizes and dates in human readable format', default: 'true' },
    'no-trunc': { type: 'bool', help: "Don't truncate output" },
    platform: { type: 'string', help: 'Show history for the given platform' },
    quiet: { short: 'q', type: 'bool', help: 'Only show image IDs' },
  },
  args: [1, 1],
  run: history,
});

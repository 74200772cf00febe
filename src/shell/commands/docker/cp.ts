import { placeCopy, tarEntries } from '../../../engine/docker/archive.ts';
import { type Container, containerEvent, findContainer, noSuchContainer } from '../../../engine/docker/container.ts';
import { inContainerFs } from '../../../engine/docker/layer.ts';
import type { Process } from '../../../engine/linux/process.ts';
import { basename, dirname, type Found, kindOf, resolve, statOf, utf8Length } from '../../../engine/linux/vfs.ts';
import { packTar } from '../../../engine/oci/tar.ts';
import { epochSeconds } from '../../clock.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { humanSize } from '../../docker/format.ts';

interface Side {
  readonly container?: string;
  readonly path: string;
}

/** `CONTAINER:PATH`, or a local path: absolute, or with a dot before the colon (cli, splitCpArg). */
function sideOf(argument: string): Side {
  const colon = argument.indexOf(':');
  if (argument.startsWith('/') || argument === '-' || colon < 0 || argument.startsWith('.')) return { path: argument };
  return { container: argument.slice(0, colon), path: argument.slice(colon + 1) };
}

/** What is copied, and the name under which a directory takes it; '' when its content is meant (`dir/.`). */
interface Source {
  readonly found: Found;
  readonly name: string;
}

const inside = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

type Put = { readonly ok: true; readonly bytes: number } | { readonly ok: false; readonly message: string };

/** Where a copy goes (moby, archive.PrepareArchiveCopy) and puts it there. */
function put(docker: Docker, source: Source, who: Process, path: string, to: Side): Put {
  const { merged, fs } = source.found;
  if (!merged) return { ok: false, message: 'the file is made by the kernel as it is read: not copied here' };
  const isDir = merged.inode.kind === 'dir';
  const there = resolve(docker.tx, who, path);
  const intoDir = there.ok && kindOf(there.value) === 'dir';
  if (there.ok && !intoDir && isDir) return { ok: false, message: 'cannot copy directory' };
  if (!there.ok && !isDir && path.endsWith('/')) return { ok: false, message: 'no such directory' };
  const target =
    intoDir && source.name !== '' ? `${path.replace(/\/+$/, '')}/${source.name}` : path.replace(/(.)\/+$/, '$1');
  const parent = dirname(target) || '/';
  if (!resolve(docker.tx, who, parent).ok) {
    const words = `Error response from daemon: Could not find the file ${parent} in container ${to.container}`;
    return {
      ok: false,
      message: to.container ? words : `invalid output path: directory ${JSON.stringify(parent)} does not exist`,
    };
  }
  const { uid, gid } = to.container ? { uid: 0, gid: 0 } : docker.sys.self;
  const done = placeCopy(docker.tx, { fs, merged }, who, target, docker.has('archive') ? {} : { uid, gid });
  if (done.ok) return { ok: true, bytes: bytesOf(docker, source.found) };
  const words: Readonly<Record<string, string>> = {
    EROFS: 'Error response from daemon: container rootfs is marked read-only',
    EISDIR: `cannot overwrite directory ${JSON.stringify(target)} with non-directory`,
    ENOTDIR: `cannot overwrite non-directory ${JSON.stringify(target)} with directory`,
  };
  return { ok: false, message: words[done.error] ?? `cannot copy to ${target}` };
}

const nameOf = (path: string): string => (/(?:^|\/)\.$/.test(path) ? '' : basename(path));

function fromContainer(docker: Docker, container: Container, from: Side, to: Side): Put {
  return inContainerFs(docker.tx, container, (root) => {
    const found = resolve(docker.tx, root, inside(from.path), docker.has('follow-link') || from.path.endsWith('/.'));
    if (!found.ok) {
      const words = `Error response from daemon: Could not find the file ${from.path} in container ${from.container}`;
      return { ok: false, message: words };
    }
    containerEvent(docker.tx, container, 'archive-path', { path: from.path });
    const source = { found: found.value, name: nameOf(from.path) };
    if (to.path !== '-') return put(docker, source, docker.sys.self, to.path, to);
    const { merged, fs } = found.value;
    if (merged)
      docker.out(
        packTar(tarEntries(docker.tx, { fs, merged }, source.name || '.', epochSeconds(statOf(found.value).mtime))),
      );
    return { ok: true, bytes: 0 };
  });
}

function toContainer(docker: Docker, container: Container | undefined, from: Side, to: Side): Put {
  const found = resolve(docker.tx, docker.sys.self, from.path, docker.has('follow-link') || from.path.endsWith('/.'));
  if (!found.ok) return { ok: false, message: `lstat ${from.path}: no such file or directory` };
  if (!container) {
    const words = `Error response from daemon: ${noSuchContainer(to.container ?? '')}`;
    return { ok: false, message: to.path.endsWith('/') && kindOf(found.value) !== 'dir' ? 'no such directory' : words };
  }
  const source = { found: found.value, name: nameOf(from.path) };
  const done = inContainerFs(docker.tx, container, (root) => put(docker, source, root, inside(to.path), to));
  if (done.ok) containerEvent(docker.tx, container, 'extract-to-dir', { path: inside(to.path) });
  return done;
}

function copy(docker: Docker): number {
  const [from, to] = docker.args.map(sideOf) as [Side, Side];
  const fail = (message: string): number => {
    docker.err(`${message}\n`);
    return 1;
  };
  if (from.container !== undefined && to.container !== undefined)
    return fail('copying between containers is not supported');
  const ref = from.container ?? to.container;
  if (ref === undefined) return fail('must specify at least one container source');
  if (from.path === '' || to.path === '') return fail('source and destination can not be empty');
  if (from.path === '-') return fail('reading an archive from standard input is not part of this simulation');
  const container = findContainer(docker.tx, docker.machine, ref);
  if (from.container !== undefined && !container) return docker.refused(noSuchContainer(ref));
  const done =
    from.container !== undefined && container
      ? fromContainer(docker, container, from, to)
      : toContainer(docker, container, from, to);
  if (!done.ok) return fail(done.message);
  if (to.path !== '-' && docker.sys.file(1)?.kind === 'tty' && !docker.has('quiet')) report(docker, to, done.bytes);
  return 0;
}

/** Bytes of a file, or of all files of a directory. */
function bytesOf(docker: Docker, found: Found): number {
  if (kindOf(found) === 'file') return statOf(found).size;
  const { fs, merged } = found;
  if (!merged) return 0;
  const members = tarEntries(docker.tx, { fs, merged }, '', 0);
  return members.reduce((sum, { kind, size, text }) => sum + (kind === 'file' ? (size ?? utf8Length(text)) : 0), 0);
}

/** What a terminal is told: the bytes of the files, and of the archive that carried them. */
function report(docker: Docker, to: Side, size: number): void {
  const archive = 512 + Math.ceil(size / 512) * 512 + 1024;
  const where = to.container === undefined ? to.path : `${to.container}:${to.path}`;
  docker.err(`Successfully copied ${humanSize(size, 3)} (transferred ${humanSize(archive, 3)}) to ${where}\n`);
}

defineDocker({
  names: ['container cp', 'cp'],
  summary: 'Copy files/folders between a container and the local filesystem',
  usage: '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  flags: {
    archive: { short: 'a', type: 'bool', help: 'Archive mode (copy all uid/gid information)' },
    'follow-link': { short: 'L', type: 'bool', help: 'Always follow symbol link in SRC_PATH' },
    quiet: {
      short: 'q',
      type: 'bool',
      help: 'Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached',
    },
  },
  args: [2, 2],
  takes: 60,
  run: copy,
});

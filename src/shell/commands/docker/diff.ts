import { tarEntries } from '../../../engine/docker/archive.ts';
import { containerEvent, findContainer, noSuchContainer } from '../../../engine/docker/container.ts';
import { changesOf, inContainerFs } from '../../../engine/docker/layer.ts';
import { writeFile } from '../../../engine/linux/change.ts';
import { lookUp } from '../../../engine/linux/vfs.ts';
import { packTar } from '../../../engine/oci/tar.ts';
import { epochSeconds } from '../../clock.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

defineDocker({
  names: ['container diff', 'diff'],
  summary: "Inspect changes to files or directories on a container's filesystem",
  usage: 'CONTAINER',
  flags: {},
  args: [1, 1],
  run(docker) {
    const ref = docker.args[0] as string;
    const container = findContainer(docker.tx, docker.machine, ref);
    if (!container) return docker.refused(noSuchContainer(ref));
    for (const { kind, path } of changesOf(docker.tx, container)) docker.out(`${kind} ${path}\n`);
    return 0;
  },
});

/** A container's files as an archive; what is mounted into it is left out. */
function exportFiles(docker: Docker): number {
  const ref = docker.args[0] as string;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  const output = docker.value('output') ?? '';
  if (output === '' && docker.sys.file(1)?.kind === 'tty') {
    docker.err('cowardly refusing to save to a terminal. Use the -o flag or redirect\n');
    return 1;
  }
  const archive = inContainerFs(docker.tx, { ...container, mounts: [] }, (root) => {
    const found = lookUp(docker.tx, root, '/');
    const epoch = epochSeconds(container.createdAt);
    return found?.merged ? packTar(tarEntries(docker.tx, { fs: found.fs, merged: found.merged }, '', epoch)) : '';
  });
  containerEvent(docker.tx, container, 'export');
  if (output === '') docker.out(archive);
  else if (!writeFile(docker.tx, docker.sys.self, output, archive).ok) {
    docker.err(`failed to export container: open ${output}: no such file or directory\n`);
    return 1;
  }
  return 0;
}

defineDocker({
  names: ['container export', 'export'],
  summary: "Export a container's filesystem as a tar archive",
  usage: '[OPTIONS] CONTAINER',
  flags: { output: { short: 'o', type: 'string', help: 'Write to a file, instead of STDOUT' } },
  args: [1, 1],
  takes: 120,
  run: exportFiles,
});

import { parseTemplate, runTemplate } from '../../../engine/docker/template.ts';
import { defineDocker } from '../../docker/command.ts';

const VERSION = '29.7.2';

defineDocker({
  names: ['version'],
  summary: 'Show the Docker version information',
  usage: '[OPTIONS]',
  flags: { format: { short: 'f', type: 'string', help: 'Format output using a custom template' } },
  args: [0, 0],
  run(docker) {
    const format = docker.value('format');
    if (format !== undefined) {
      const parsed = parseTemplate(format);
      if ('error' in parsed) {
        docker.err(`template parsing error: ${parsed.error}\n`);
        return 64;
      }
      const side = {
        Version: VERSION,
        APIVersion: '1.55',
        DefaultAPIVersion: '1.55',
        GoVersion: 'go1.27.3',
        Os: 'linux',
        Arch: 'amd64',
      };
      const made = runTemplate(parsed.nodes, { Client: side, Server: side });
      docker.out(`${made.text}\n`);
      return made.error === undefined ? 0 : 1;
    }
    docker.out(`Client:
 Version:           ${VERSION}
 API version:       1.55
 Go version:        go1.27.3
 Git commit:        unknown
 Built:             unknown-buildtime
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker_Engine_-_Community
 Engine:
  Version:          ${VERSION}
  API version:      1.55 (minimum version 1.40)
  Go version:       go1.27.3
  Git commit:       unknown
  Built:            library-import
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          2.1.9+unknown
  GitCommit:        
 runc:
  Version:          1.3.6+ds1
  GitCommit:        1.3.6+ds1-1
 docker-init:
  Version:          0.19.0
  GitCommit:        
`);
    return 0;
  },
});

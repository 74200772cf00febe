import { describe, expect, it } from 'vitest';
import { Headless, type Output } from '../../src/lab/headless.ts';

import.meta.glob('../../src/programs/*.ts', { eager: true });

const session = (): ((line: string) => Output) => {
  const host = Headless.boot('docker-host', 7);
  return (line) => host.run(line);
};

describe('volumes', () => {
  it('are directories of the host: what one side writes the other reads', () => {
    const run = session();
    run('docker run -d --name box -v notes:/n alpine:3.20 sleep 1000');
    run('docker exec box sh -c "echo inside > /n/a"');
    expect(run('cat /var/lib/docker/volumes/notes/_data/a').stdout).toBe('inside\n');
    run('echo outside > /var/lib/docker/volumes/notes/_data/b');
    expect(run('docker exec box cat /n/b').stdout).toBe('outside\n');
    // What lies on a volume is no change of the container's layer; the place it is mounted on is.
    expect(run('docker diff box').stdout).toBe('A /n\n');
  });

  it('that are empty get what the image has at their place, with its owner', () => {
    const run = session();
    run('docker run --rm -v run:/var/lib/nginx nginx:alpine true');
    expect(run('stat -c %U:%a /var/lib/docker/volumes/run/_data').stdout).toBe(
      run('docker run --rm nginx:alpine stat -c %U:%a /var/lib/nginx').stdout,
    );
  });

  it('of an image without a name go with their container when asked, the named ones stay', () => {
    const run = session();
    run('docker run -d --name db -v keep:/extra redis:7-alpine');
    expect(run('docker volume ls -q').stdout.split('\n').filter(Boolean)).toHaveLength(2);
    run('docker rm -fv db');
    expect(run('docker volume ls -q').stdout).toBe('keep\n');
    run('docker run -d --name db redis:7-alpine; docker rm -f db');
    expect(run('docker volume prune -f').stdout).toMatch(
      /^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal reclaimed space: 0B\n$/,
    );
    expect(run('docker volume ls -q').stdout).toBe('keep\n');
  });

  it('are asked about before they are pruned', () => {
    const run = session();
    run('docker volume create old');
    expect(run('echo n | docker volume prune -a').stdout).not.toContain('Deleted');
    expect(run('echo y | docker volume prune -a').stdout).toContain('Deleted Volumes:\nold\n');
  });
});

describe('bind mounts', () => {
  it('show the host, and with ro refuse to write', () => {
    const run = session();
    run('mkdir -p /srv/site; echo hello > /srv/site/index');
    expect(run('docker run --rm -v /srv/site:/x:ro alpine:3.20 sh -c "cat /x/index; touch /x/y"')).toMatchObject({
      stdout: 'hello\n',
      stderr: 'touch: /x/y: Read-only file system\n',
      exit: 1,
    });
    expect(run('docker run --rm -v /srv/new/deep:/x alpine:3.20 true; ls -d /srv/new/deep').stdout).toBe(
      '/srv/new/deep\n',
    );
  });

  it('leave nothing behind when they cannot be made', () => {
    const run = session();
    run('echo file > /tmp/f');
    const { exit, stderr } = run('docker run --name bad -v /tmp/f:/etc alpine:3.20 true');
    expect(exit).toBe(127);
    expect(stderr).toContain('Are you trying to mount a directory onto a file (or vice-versa)?');
    expect(run('docker ps -a --format "{{.Names}} {{.State}}"').stdout).toBe('bad created\n');
    expect(run('pgrep -c containerd-shim').stdout).toBe('0\n');
    expect(run('docker rm bad').exit).toBe(0);
  });
});

describe('published ports', () => {
  it('are carried to the container and given back', () => {
    const run = session();
    run('docker run -d --name web -p 8080:80 nginx:alpine');
    expect(run('curl -s http://localhost:8080/').stdout).toContain('Welcome to nginx!');
    expect(run('docker run -d -p 8080:80 nginx:alpine').stderr).toContain(
      'Bind for 0.0.0.0:8080 failed: port is already allocated',
    );
    run('docker rm -f web');
    expect(run('curl -s http://localhost:8080/').exit).toBe(7);
    expect(run('docker run -d -P --name other nginx:alpine; docker port other').stdout).toContain(
      '80/tcp -> 0.0.0.0:32768',
    );
  });
});

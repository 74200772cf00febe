import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** `npm run shell` with its input from a pipe. */
function piped(input: string, ...args: readonly string[]) {
  const words = ['src/build/run-ts.mjs', 'src/lab/cli/shell.ts', ...args];
  const { stdout, stderr, status } = spawnSync('node', words, { input, encoding: 'utf8', timeout: 120_000 });
  return { stdout, stderr, status };
}

it('runs commands from a pipe, each to its end, however much virtual time it takes', { timeout: 150_000 }, () => {
  const script =
    'docker run -d --name web nginx:alpine >/dev/null\nfor i in 1 2\ndo echo $i\ndone\nsleep 30\ndocker ps --format "{{.Names}} {{.Status}}"\nls /nope\n';
  expect(piped(script)).toEqual({
    stdout: '1\n2\nweb Up 30 seconds\n',
    stderr: "ls: cannot access '/nope': No such file or directory\n",
    status: 2,
  });
  expect(piped('hostname\nfalse\nexit\necho never\n', '--host', 'docker-host', '--seed', '7')).toMatchObject({
    stdout: 'docker-host\n',
  });
  expect(piped('exit 7\necho never\n')).toMatchObject({ stdout: '', status: 7 });
  expect(piped('(exit 5)\nexit\n')).toMatchObject({ status: 5 });
  expect(piped('', '--nope')).toMatchObject({ status: 2 });
});

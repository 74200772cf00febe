import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Headless } from '../../src/lab/headless.ts';

/** A script and what bash 5.2, GNU's tools and jq made of it when the table was written. */
interface Row {
  readonly run: string;
  readonly out?: string;
  readonly err?: string;
  readonly status?: number;
}

const FOLDER = 'tests/shell/tables';
const host = Headless.boot('docker-host', 1);
host.run('mkdir -p /tmp/w; cd /tmp/w');

for (const file of readdirSync(FOLDER)) {
  const rows = parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as readonly Row[];
  describe(file.replace(/\.yaml$/, ''), () => {
    it('has rows', () => expect(rows.length).toBeGreaterThan(3));

    it.each(rows.map((row) => [row.run.slice(0, 90).replaceAll('\n', ' '), row] as const))('%s', (_name, row) => {
      const session = new Headless(host.world);
      session.input({ kind: 'write', path: '/tmp/w/.s', text: `${row.run}\n` });
      const { stdout, stderr, exit } = session.run('bash .s');
      expect({ out: stdout, err: stderr, status: exit }).toEqual({
        out: row.out ?? '',
        err: row.err ?? '',
        status: row.status ?? 0,
      });
    });
  });
}

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { replay, type Transcript } from '../transcript.ts';

/** `npm run -s transcript -- [--out DIR] FILE-or-DIR…`: replays recorded sessions and writes what we print. */
function main(args: readonly string[]): number {
  const words = [...args];
  const at = words.indexOf('--out');
  const out = at < 0 ? undefined : words.splice(at, 2)[1];
  if (words.length === 0) {
    process.stderr.write('usage: npm run -s transcript -- [--out DIR] FILE-or-DIR…\n');
    return 2;
  }
  let failed = 0;
  for (const path of words) {
    for (const file of filesOf(path)) {
      const name = statSync(path).isFile() ? basename(file) : relative(path, file);
      try {
        const text = `${JSON.stringify(replay(JSON.parse(readFileSync(file, 'utf8')) as Transcript), null, 1)}\n`;
        if (out === undefined) process.stdout.write(text);
        else {
          mkdirSync(dirname(join(out, name)), { recursive: true });
          writeFileSync(join(out, name), text);
        }
      } catch (error) {
        failed++;
        process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
  return failed > 0 ? 1 : 0;
}

const filesOf = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name));

process.exitCode = main(process.argv.slice(2));

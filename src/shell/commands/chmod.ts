import { strerror } from '../../engine/core/errno.ts';
import { chmod, chown } from '../../engine/linux/attr.ts';
import { readdir, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { changeMode, modeText } from '../fileMode.ts';
import { groups, idOf, users } from '../users.ts';

type K = 'recursive' | 'verbose' | 'quiet' | 'nofollow' | 'changes';

const FLAGS = {
  changes: { short: 'c', long: 'changes', help: 'like verbose but report only when a change is made' },
  quiet: { short: 'f', long: 'silent', help: 'suppress most error messages' },
  nofollow: { short: 'h', long: 'no-dereference', help: 'affect symbolic links instead of any referenced file' },
  recursive: { short: 'R', long: 'recursive', help: 'operate on files and directories recursively' },
  verbose: { short: 'v', long: 'verbose', help: 'output a diagnostic for every file processed' },
} as const;

/** A path and, with -R, everything below it. */
function reach(ctx: Context<K>, path: string): readonly string[] {
  const all = [path];
  if (!ctx.flags.has('recursive')) return all;
  for (let i = 0; i < all.length && all.length < 20_000; i++) {
    const here = stat(ctx.sys.tx, ctx.sys.self, all[i] as string, false);
    if (!here.ok || here.value.kind !== 'dir') continue;
    const names = readdir(ctx.sys.tx, ctx.sys.self, all[i] as string);
    if (names.ok) all.push(...names.value.map((name) => `${(all[i] as string).replace(/\/$/, '')}/${name}`));
  }
  return all;
}

/** `chmod -x file`: a mode that looks like a flag. */
function modeFirst(ctx: Context<K>): readonly string[] {
  const looks = ctx.argv.slice(1).find((word) => /^-[rwxXst]+$/.test(word));
  return looks === undefined ? ctx.operands : [looks, ...ctx.operands];
}

defineCommand<K | 'letters'>({
  name: 'chmod',
  summary: 'Change the mode of each FILE to MODE.',
  usage: '[OPTION]... MODE[,MODE]... FILE...',
  flags: { ...FLAGS, letters: { short: 'rwxXst' } },
  start(full) {
    const ctx = full as unknown as Context<K>;
    const { tx, self } = ctx.sys;
    const [mode, ...paths] = modeFirst(ctx);
    if (mode === undefined) return ctx.misuse('missing operand');
    if (paths.length === 0) return ctx.misuse(`missing operand after ‘${mode}’`);
    if (changeMode(0, mode, 0, false) === undefined) return ctx.misuse(`invalid mode: ‘${mode}’`);
    let status = 0;
    for (const path of paths.flatMap((one) => reach(ctx, one))) {
      const found = stat(tx, self, path);
      if (!found.ok) {
        status = ctx.flags.has('quiet')
          ? 1
          : ctx.fail(
              ctx.busybox ? `${path}: ${strerror(found.error)}` : `cannot access '${path}': ${strerror(found.error)}`,
            );
        continue;
      }
      const made = changeMode(found.value.mode, mode, self.umask, found.value.kind === 'dir') as number;
      const done = chmod(tx, self, path, made);
      if (!done.ok) status = ctx.fail(`changing permissions of '${path}': ${strerror(done.error)}`);
      else if (ctx.flags.has('verbose'))
        ctx.out(
          `mode of '${path}' changed to ${made.toString(8).padStart(4, '0')} (${modeText({ ...found.value, mode: made }).slice(1)})\n`,
        );
    }
    return status;
  },
});

for (const name of ['chown', 'chgrp'] as const) {
  defineCommand<K>({
    name,
    summary:
      name === 'chown' ? 'Change the owner and/or group of each FILE.' : 'Change the group of each FILE to GROUP.',
    usage: `[OPTION]... ${name === 'chown' ? '[OWNER][:[GROUP]]' : 'GROUP'} FILE...`,
    flags: FLAGS,
    start(ctx) {
      const { tx, self } = ctx.sys;
      const [who, ...paths] = ctx.operands;
      if (who === undefined) return ctx.misuse('missing operand');
      if (paths.length === 0) return ctx.misuse(`missing operand after ‘${who}’`);
      const [owner, group] = name === 'chgrp' ? ['', who] : (who.split(/[:.]/) as [string, string | undefined]);
      const uid = owner === '' ? undefined : idOf(users(ctx.sys), owner);
      const gid = group === undefined || group === '' ? undefined : idOf(groups(ctx.sys), group);
      if (owner !== '' && uid === undefined)
        return ctx.fail(ctx.busybox ? `unknown user ${owner}` : `invalid user: ‘${who}’`);
      if (group !== undefined && group !== '' && gid === undefined)
        return ctx.fail(ctx.busybox ? `unknown group ${group}` : `invalid group: ‘${who}’`);
      let status = 0;
      for (const path of paths.flatMap((one) => reach(ctx, one))) {
        const found = stat(tx, self, path, !ctx.flags.has('nofollow'));
        if (!found.ok) {
          status = ctx.fail(
            ctx.busybox ? `${path}: ${strerror(found.error)}` : `cannot access '${path}': ${strerror(found.error)}`,
          );
          continue;
        }
        const done = chown(tx, self, path, uid ?? found.value.uid, gid ?? found.value.gid);
        if (!done.ok)
          status = ctx.fail(
            `changing ${name === 'chown' ? 'ownership' : 'group'} of '${path}': ${strerror(done.error)}`,
          );
      }
      return status;
    },
  });
}

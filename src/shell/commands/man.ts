import { builtinNames, builtinSummary } from '../builtin.ts';
import { commandNames, defineCommand, findCommand, nearest } from '../command.ts';
import { describeFlags } from '../flags.ts';

defineCommand<'section' | 'apropos'>({
  name: 'man',
  summary: 'An interface to the system reference manuals.',
  usage: '[OPTION...] [SECTION] PAGE...',
  flags: {
    section: { short: 's', long: 'sections', value: 'LIST', help: 'use colon separated section list' },
    apropos: { short: 'k', long: 'apropos', help: 'search the short manual page descriptions' },
  },
  start(ctx) {
    const pages = ctx.operands.filter((word, i) => !(i < ctx.operands.length - 1 && /^[1-8]$/.test(word)));
    if (pages.length === 0) {
      ctx.err("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    if (ctx.flags.has('apropos')) return apropos(ctx, pages);
    let status = 0;
    for (const name of pages) {
      const page = pageOf(name);
      if (page !== undefined) {
        ctx.out(page);
        continue;
      }
      status = 16;
      ctx.err(`No manual entry for ${name}\n`);
      const near = nearest(name, commandNames());
      if (near !== undefined) ctx.note('note.nearest', { name, near });
    }
    return status;
  },
});

/** What a command says of itself, in a manual page's form; undefined for a name that nothing has. */
function pageOf(name: string): string | undefined {
  const command = findCommand(name);
  const summary = command?.summary ?? builtinSummary(name);
  if (summary === undefined) return undefined;
  const head = `NAME\n       ${name} - ${summary.replace(/\.$/, '')}\n`;
  if (!command) return head;
  const flags = describeFlags(command.flags ?? {});
  const usage = command.usage ? ` ${command.usage}` : '';
  const options = flags ? `\nOPTIONS\n${flags.replace(/^/gm, '     ')}\n` : '';
  return `${head}\nSYNOPSIS\n       ${name}${usage}\n${options}`;
}

function apropos(ctx: { out(text: string): void; err(text: string): void }, words: readonly string[]): number {
  const all = [...new Set([...commandNames(), ...builtinNames()])].sort();
  const rows = all.flatMap((name) => {
    const summary = findCommand(name)?.summary ?? builtinSummary(name) ?? '';
    const fits = words.some((word) => `${name} ${summary}`.toLowerCase().includes(word.toLowerCase()));
    return fits ? [`${`${name} (1)`.padEnd(20)} - ${summary.replace(/\.$/, '')}\n`] : [];
  });
  ctx.out(rows.join(''));
  if (rows.length > 0) return 0;
  ctx.err(`${words.join(' ')}: nothing appropriate.\n`);
  return 16;
}

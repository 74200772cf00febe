import { defineCommand } from '../command.ts';
import { fromBase64, toBase64 } from '../jq/formats.ts';
import { wholeInput } from '../lines.ts';

type K = 'decode' | 'wrap' | 'ignore';

defineCommand<K>({
  name: 'base64',
  summary: 'Base64 encode or decode FILE, or standard input, to standard output.',
  usage: '[OPTION]... [FILE]',
  flags: {
    decode: { short: 'dD', long: 'decode', help: 'decode data' },
    ignore: { short: 'i', long: 'ignore-garbage', help: 'when decoding, ignore non-alphabet characters' },
    wrap: { short: 'w', long: 'wrap', value: 'COLS', help: 'wrap encoded lines after COLS characters (default 76)' },
  },
  ...wholeInput<K>({
    done(ctx, text) {
      if (ctx.flags.has('decode')) {
        const clean = ctx.flags.has('ignore') ? text.replace(/[^A-Za-z0-9+/=]/g, '') : text;
        const decoded = fromBase64(clean);
        if (decoded === undefined) return ctx.fail(ctx.busybox ? 'truncated base64 input' : 'invalid input');
        ctx.out(decoded);
        return 0;
      }
      const columns = Number(ctx.flags.value('wrap') ?? 76);
      if (!Number.isInteger(columns) || columns < 0) return ctx.fail(`invalid wrap size: ‘${ctx.flags.value('wrap')}’`);
      const encoded = toBase64(text);
      if (columns === 0) ctx.out(encoded);
      else for (let at = 0; at < encoded.length; at += columns) ctx.out(`${encoded.slice(at, at + columns)}\n`);
      return 0;
    },
  }),
});

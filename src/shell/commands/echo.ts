import { defineCommand } from '../command.ts';
import { echoText } from '../echo.ts';

defineCommand({
  name: 'echo',
  summary: 'Display a line of text.',
  usage: '[SHORT-OPTION]... [STRING]...',
  raw: true,
  start(ctx) {
    ctx.out(echoText(ctx.operands, false));
    return 0;
  },
});

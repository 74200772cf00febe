/** What a session on containers starts with: a page runs these before commands.ts has come. */
import.meta.glob(
  [
    './commands/docker.ts',
    './commands/docker/{exec,rm,run}.ts',
    './commands/net/{bridge,ip}.ts',
    './commands/sleep.ts',
  ],
  { eager: true },
);

import { defineCommand } from '../command.ts';

defineCommand({
  name: 'true',
  aliases: [':'],
  summary: 'Exit with a status code indicating success.',
  raw: true,
  start: () => 0,
});
defineCommand({ name: 'false', summary: 'Exit with a status code indicating failure.', raw: true, start: () => 1 });
defineCommand({ name: 'sync', summary: 'Synchronize cached writes to persistent storage.', raw: true, start: () => 0 });

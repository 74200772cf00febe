/** Loads every command: a file in `commands/` registers itself, no list is edited. */
export const commandFiles: readonly string[] = Object.keys(import.meta.glob('./commands/**/*.ts', { eager: true }));

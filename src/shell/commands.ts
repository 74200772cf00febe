/** Loads every command: a file in `commands/` registers itself, no list is edited. */
import.meta.glob('./commands/**/*.ts', { eager: true });

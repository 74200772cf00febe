/** Loads every program: a file here registers itself, no list is edited. The side effect is what counts. */
const files = import.meta.glob(['./*.ts', '!./index.ts'], { eager: true });
if (Object.keys(files).length === 0) throw new Error('no program was found in src/programs');

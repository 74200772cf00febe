import type { LessonText } from './markdown.ts';

/** What must be the same in every language, by name; a list is compared in its order. */
function comparable(text: LessonText): Readonly<Record<string, readonly string[]>> {
  const { frontMatter, steps, references, outputs, notes } = text;
  return {
    minutes: [String(frontMatter.minutes)],
    'number of objectives': [String(frontMatter.objectives.length)],
    sources: frontMatter.sources,
    steps: steps.map(({ id, view, focus }) => `${id} view=${view ?? ''} focus=${focus ?? ''}`),
    'run blocks': steps.flatMap(({ id, commands }) =>
      commands.map(({ line, exit, tty }) => `#${id} ${line} exit=${exit ?? 0} tty=${tty ?? ''}`),
    ),
    // Word order differs between languages: these are compared as sets.
    'values from the host': outputs.map(({ command, after }) => `${command} (after ${after.length} commands)`).sort(),
    terms: references
      .filter(({ directive }) => directive === 'term')
      .map(({ of }) => of)
      .sort(),
    notes,
    'questions and labs': references
      .filter(({ directive }) => directive !== 'term')
      .map(({ directive, of }) => `${directive} ${of}`),
  };
}

/** How two languages of one lesson differ where they must not; empty when they agree. */
export function differences(one: LessonText, other: LessonText): readonly string[] {
  const [a, b] = [comparable(one), comparable(other)];
  const found: string[] = [];
  for (const [what, mine] of Object.entries(a)) {
    const theirs = b[what] ?? [];
    const at = mine.findIndex((item, index) => item !== theirs[index]);
    if (at >= 0 || theirs.length > mine.length) {
      const index = at >= 0 ? at : mine.length;
      found.push(`${what}: ${mine[index] ?? 'nothing'} here, ${theirs[index] ?? 'nothing'} in ${other.file}`);
    }
  }
  return found;
}

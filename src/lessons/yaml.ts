import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { ContentError } from './contentError.ts';

z.config(z.locales.en());

/** Checks YAML text against a schema; a fault names the file and the line, counted from `firstLine`. */
export function parseYaml<T>(text: string, schema: z.ZodMiniType<T>, file: string, firstLine = 1): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  const broken = document.errors[0];
  if (broken !== undefined) throw new ContentError(file, lineAt(broken.pos[0]), broken.message);
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue?.path ?? [];
  // A missing key has no place of its own: walk up to the nearest node that stands in the file.
  for (let depth = path.length; ; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (depth > 0 && !isNode(node)) continue;
    const line = isNode(node) && node.range ? lineAt(node.range[0]) : firstLine;
    throw new ContentError(file, line, `${path.map(String).join('.') || 'the file'}: ${issue?.message}`);
  }
}

/** Reads and checks a YAML file of the content; `file` is relative to `root`. */
export function readYaml<T>(root: string, file: string, schema: z.ZodMiniType<T>): T {
  if (!existsSync(join(root, file))) throw new ContentError(file, 1, 'the file is missing');
  return parseYaml(readFileSync(join(root, file), 'utf8'), schema, file);
}

/** A text in both languages; neither may be empty. */
export const localized = z.strictObject({ ko: z.string().check(z.minLength(1)), en: z.string().check(z.minLength(1)) });

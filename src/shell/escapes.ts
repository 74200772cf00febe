const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Backslash escapes of `echo -e`, `printf` and `tr`: letters, `\0NNN`, `\xHH`, `\uHHHH`; others stay as they are. */
export function escapes(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(0?[0-7]{1,3})|([abefnrtv\\]))/g,
    (_all, hex: string | undefined, wide: string | undefined, octal: string | undefined, letter: string) => {
      const code = hex ?? wide;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      return SIMPLE[letter] as string;
    },
  );
}
